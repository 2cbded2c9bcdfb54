import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { setImmediate as breath } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { type CutTexts, type Texts, textCutter } from './cut-texts.ts'
import { joinRows, type Ragged } from './ragged.ts'

/** How texts are cut. */
export interface CutSettings {
  readonly ids: ReadonlyMap<string, number>
  readonly do_lower_case: boolean
}

export interface CutJob extends CutSettings {
  readonly texts: Texts
}

/** Below this many characters a second thread does not pay: it takes a tenth of a second to start. */
const worthwhile = 4_000_000
/** Characters of a batch, about: no more than a few are under way, so that all texts never stand in memory twice. */
const batchSize = 1_000_000
/** Batches that the other thread has at a time: it must not wait for this one, which looks up only between two of its own. */
const ahead = 3

/** As `textCutter`, with a second thread where there is much to cut. */
export async function cutInParallel({ texts, ...settings }: CutJob): Promise<CutTexts> {
  const file = threadFile()
  const characters = sizeOf(texts.contexts) + sizeOf(texts.others)
  const cut = textCutter(settings.ids, settings.do_lower_case)
  if (characters < worthwhile || availableParallelism() === 1 || file === undefined) return cut(texts)

  const batches = inBatches(texts, Math.ceil(characters / batchSize))
  const done: CutTexts[] = new Array(batches.length)
  let next = 0
  const thread = openThread(file, settings)
  const there = Array.from({ length: ahead }, async () => {
    while (next < batches.length) {
      const at = next++
      done[at] = await thread.cut(batches[at]!())
    }
  })
  const all = Promise.all(there)
  // It is waited for below; until then a failure of the other thread is no unhandled one.
  all.catch(() => {})
  try {
    while (next < batches.length) {
      const at = next++
      done[at] = cut(batches[at]!())
      await breath()
      if (thread.failed()) break
    }
    await all
  } finally {
    await thread.close()
  }
  return joined(done)
}

const sizeOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0)

/** Like parts of the contexts and of the others, in order, by their number: texts of one kind are of one length by and large. */
const inBatches = ({ contexts, others }: Texts, count: number): (() => Texts)[] => {
  const part = (texts: readonly string[], at: number) =>
    texts.slice(Math.floor((at * texts.length) / count), Math.floor(((at + 1) * texts.length) / count))
  return Array.from({ length: count }, (_, at) => () => ({ contexts: part(contexts, at), others: part(others, at) }))
}

/** Column by column, and each batch's part is let go when it has its place: `done` is empty afterwards. */
const joined = (done: CutTexts[]): CutTexts => {
  const columns: { [K in keyof CutTexts]: Ragged[] } = { context_pieces: [], context_words: [], other_pieces: [] }
  const names = Object.keys(columns) as (keyof CutTexts)[]
  for (const each of done.splice(0)) for (const name of names) columns[name].push(each[name])
  return {
    context_pieces: joinRows(columns.context_pieces),
    context_words: joinRows(columns.context_words),
    other_pieces: joinRows(columns.other_pieces),
  }
}

/** The built file that the thread runs; none where the package runs from its sources before a build. */
function threadFile(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('sluice/squad-worker')
  } catch {
    return undefined
  }
}

/** A thread that cuts what it is sent, in that order. */
const openThread = (file: string, settings: CutSettings) => {
  const worker = new Worker(file, { workerData: settings })
  const waiting: { resolve(cut: CutTexts): void; reject(error: Error): void }[] = []
  let failure: Error | undefined
  const fail = (error: Error) => {
    failure ??= error
    for (const { reject } of waiting.splice(0)) reject(failure)
  }
  worker.on('message', (cut: CutTexts) => waiting.shift()?.resolve(cut))
  worker.on('error', fail)
  worker.on('messageerror', fail)
  worker.on('exit', code => fail(new Error(`The tokenizing thread ended with code ${code} before its job was done.`)))
  return {
    cut: (texts: Texts) =>
      new Promise<CutTexts>((resolve, reject) => {
        if (failure) return reject(failure)
        waiting.push({ resolve, reject })
        worker.postMessage(texts)
      }),
    failed: () => failure !== undefined,
    close: () => worker.terminate(),
  }
}
