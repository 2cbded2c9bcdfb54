// What the benchmarks' children train and predict on: a SQuAD file's windows, and a model to start from.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readStart } from '../src/model/read-model.ts'
import { datasetOf } from '../src/squad/dataset.ts'
import { makeWindows } from '../src/squad/make-windows.ts'
import { packWindows } from '../src/squad/pack-windows.ts'
import { readExamples } from '../src/squad/read-examples.ts'
import { readText } from '../src/squad/read-text.ts'
import { tokenizeExamples } from '../src/squad/tokenize-examples.ts'
import { declaredCase } from '../src/squad/tokenizer-config.ts'
import { parseVocabulary } from '../src/squad/vocabulary.ts'
import { defaultWindowSettings } from '../src/squad/window-layout.ts'
import type { Dataset, RaggedColumn, TrainRequest } from '../src/training/training.types.ts'

/** The first windows of a SQuAD file, cut with the vocabulary of a model folder. */
export async function firstWindows(
  model: string,
  file: string,
  purpose: 'training' | 'evaluation',
  count: number,
): Promise<Dataset> {
  const vocabulary = parseVocabulary(await readText(join(model, 'vocab.txt')))
  const { do_lower_case = true } = declaredCase(readFileSync(join(model, 'tokenizer_config.json'), 'utf8'))
  const settings = { for: purpose, version_2_with_negative: false }
  const { examples } = readExamples(JSON.parse(await readText(file)), settings, file)
  const { pieces } = await tokenizeExamples(examples, vocabulary, do_lower_case)
  return firstRows(datasetOf(packWindows(makeWindows(pieces, defaultWindowSettings).windows)), count)
}

function firstRows(data: Dataset, count: number): Dataset {
  if (data.rows < count) throw new Error(`Expected ${count} windows; the file gives ${data.rows}.`)
  const each = <From, To>(columns: Readonly<Record<string, From>>, of: (column: From) => To) =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, of(column)]))
  return {
    ...data,
    rows: count,
    ragged: each(data.ragged, (column: RaggedColumn) => ({
      ...column,
      offsets: column.offsets.subarray(0, count + 1),
    })),
    scalar: each(data.scalar, column => column.subarray(0, count)),
  }
}

/** The network and weights of a model folder; what it has no weights for, such as the head, comes from the seed. */
export async function startOf(model: string, seed = 42): Promise<Pick<TrainRequest, 'config' | 'weights'>> {
  return readStart({ model }, async path => path, { seed, say: () => {} })
}

/** The highest resident size of this process so far. */
export const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1024
