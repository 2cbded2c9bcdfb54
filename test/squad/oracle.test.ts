import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeWindows } from '../../src/squad/make-windows.ts'
import { readExamples } from '../../src/squad/read-examples.ts'
import { readText } from '../../src/squad/read-text.ts'
import { tokenizeExamples } from '../../src/squad/tokenize-examples.ts'
import { parseVocabulary } from '../../src/squad/vocabulary.ts'
import { defaultWindowSettings } from '../../src/squad/window-layout.ts'
import { windowRecord } from '../../src/squad/window-record.ts'

const shared = process.env.SLUICE_SHARED ?? resolve(import.meta.dirname, '../../../shared')

const uncased = 'bert-base-uncased-vocab.txt'
const cased = 'bert-base-cased-vocab.txt'
const chinese = 'bert-base-chinese-vocab.txt'
const multilingual = 'bert-base-multilingual-cased-vocab.txt.gz'
const training = { for: 'training', version_2_with_negative: false } as const
const evaluation = { for: 'evaluation', version_2_with_negative: false } as const
const negative = { for: 'training', version_2_with_negative: true } as const
const lengths = (max_seq_length: number, doc_stride: number, max_query_length: number) => ({
  max_seq_length,
  doc_stride,
  max_query_length,
})

// The windows of real data sets, as BERT's reference programs make them: every one, by its digest.
const rows = [
  ['01-squad-train-v1.1-44-articles', 'json.gz', uncased, true, training, {}],
  ['02-squad-dev-v1.1', 'json.gz', cased, false, evaluation, {}],
  ['03-squad-v2.0-half-training', 'json.gz', uncased, true, negative, lengths(128, 48, 24)],
  ['04-xquad.zh', 'json', chinese, true, training, lengths(256, 64, 64)],
  ['05-xquad.ru', 'json', multilingual, false, training, {}],
  ['06-cmrc2018-trial', 'json', chinese, true, training, lengths(512, 128, 64)],
  ['07-drcd-dev', 'json.gz', chinese, true, evaluation, {}],
] as const

describe.skipIf(!existsSync(join(shared, 'oracle')))(`windows of ${shared}/oracle (absent: set SLUICE_SHARED)`, () => {
  test.each(rows)('%s', async (name, ending, vocab, lower, settings, own) => {
    const file = join(shared, 'data', `${name.slice(3)}.${ending}`)
    const { examples, skipped } = readExamples(JSON.parse(await readText(file)), settings, file)
    const vocabulary = parseVocabulary(await readText(join(shared, 'vocab', vocab)))
    const { pieces } = await tokenizeExamples(examples, vocabulary, lower)
    const made = makeWindows(pieces, { ...defaultWindowSettings, ...own })

    const wanted = readFileSync(join(shared, 'oracle', `${name}.digest`), 'utf8')
      .trimEnd()
      .split('\n')
    const found = wanted.map((_, i) =>
      createHash('sha256')
        .update(JSON.stringify(windowRecord(made.windows, i)))
        .digest('hex')
        .slice(0, 12),
    )
    expect(found.findIndex((digest, i) => digest !== wanted[i])).toBe(-1)
    expect(made.windows.example_index.length).toBe(wanted.length)
    const leftOut = readFileSync(join(shared, 'oracle', `${name}.skipped`), 'utf8')
      .split('\n')
      .filter(Boolean)
    expect([...skipped, ...made.skipped]).toEqual(leftOut)
  })
})
