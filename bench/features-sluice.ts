// Writes a training set into a cache and reads it back for each line on standard input, as `cache` and `train` do it in a run, and
// answers with one line of JSON. Run by features.mjs. arguments: TRAIN.json VOCAB FOLDER [WINDOWS.jsonl]
// Into WINDOWS.jsonl go the same windows, as `pipeline cat` prints those of `span`.
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { beginDraft } from '../src/cache/draft.ts'
import { inspect } from '../src/cache/payload.ts'
import { openStore } from '../src/cache/store.ts'
import { makeWindows } from '../src/squad/make-windows.ts'
import { packWindows } from '../src/squad/pack-windows.ts'
import { readExamples } from '../src/squad/read-examples.ts'
import { readText } from '../src/squad/read-text.ts'
import { tokenizeExamples } from '../src/squad/tokenize-examples.ts'
import { TrainingSet } from '../src/squad/training-set.ts'
import { parseVocabulary } from '../src/squad/vocabulary.ts'
import { defaultWindowSettings } from '../src/squad/window-layout.ts'
import { Windows } from '../src/squad/windows.ts'
import { peakMegabytes } from './squad-data.ts'

const [, , file, vocab, folder, jsonl] = process.argv
const { examples } = readExamples(
  JSON.parse(await readText(file!)),
  { for: 'training', version_2_with_negative: false },
  file!,
)
const { pieces } = await tokenizeExamples(examples, parseVocabulary(await readText(vocab!)), true)
const { windows } = makeWindows(pieces, defaultWindowSettings)
if (jsonl !== undefined) await pipeline(lines, createWriteStream(jsonl))
const set = packWindows(windows)
const store = await openStore({ path: folder!, ours: false })

for await (const _ of createInterface({ input: process.stdin })) {
  const begun = performance.now()
  const { dir, manifest } = await write()
  const written = performance.now()
  const wrong = await inspect(join(dir, 'training_set'), manifest.outputs.training_set!)
  if (wrong !== undefined) throw new Error(wrong)
  const back = await TrainingSet.read(join(dir, 'training_set'))
  const read = performance.now()
  if (back.input_ids.values.length !== set.input_ids.values.length) throw new Error('not all came back')
  console.log(
    JSON.stringify({
      write_ms: written - begun,
      read_ms: read - written,
      bytes: manifest.bytes,
      windows: set.cls_index.length,
      folder: join(dir, 'training_set'),
      peak_mb: peakMegabytes(),
    }),
  )
}

/** As the runner keeps a result: digests, flushed to the disk, renamed into place. */
async function write() {
  const draft = await beginDraft(store)
  await TrainingSet.write(set, await draft.folder('training_set'))
  const output = await draft.seal('training_set', TrainingSet)
  return draft.commit({
    format: 1,
    record: { format: 1, stage: 'cache', version: 1, code: '', config: {}, machine: {}, inputs: {} },
    files: [],
    outputs: { training_set: output },
    wrote: [],
    said: [],
    created: new Date().toISOString(),
    ms: 0,
    bytes: output.files.reduce((sum, { bytes }) => sum + bytes, 0),
  })
}

function* lines() {
  for (const record of Windows.records!(windows) as Iterable<unknown>) yield `${JSON.stringify(record)}\n`
}
