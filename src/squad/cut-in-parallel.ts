import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type CutTexts, cutTexts, type Texts } from './cut-texts.ts'
import { joinRows } from './ragged.ts'

/** What the second thread is given. */
export interface CutJob {
  readonly texts: Texts
  readonly ids: ReadonlyMap<string, number>
  readonly do_lower_case: boolean
}

/** Below this many characters a second thread does not pay: it takes a tenth of a second to start. */
const worthwhile = 4_000_000
/** Its part of the texts is a little smaller, because it starts later. */
const ownPart = 0.55

/** As `cutTexts`, with a second thread where there is much to cut. */
export async function cutInParallel(job: CutJob): Promise<CutTexts> {
  const { texts, ids, do_lower_case } = job
  const file = threadFile()
  const characters = [...texts.contexts, ...texts.others].reduce((sum, text) => sum + text.length, 0)
  if (characters < worthwhile || availableParallelism() === 1 || file === undefined)
    return cutTexts(texts, ids, do_lower_case)

  const [contexts, others] = [Math.ceil(texts.contexts.length * ownPart), Math.ceil(texts.others.length * ownPart)]
  const rest = { contexts: texts.contexts.slice(contexts), others: texts.others.slice(others) }
  const there = inThread(file, { texts: rest, ids, do_lower_case })
  const own = { contexts: texts.contexts.slice(0, contexts), others: texts.others.slice(0, others) }
  const here = cutTexts(own, ids, do_lower_case)
  const { context_pieces, context_words, other_pieces } = await there
  return {
    context_pieces: joinRows(here.context_pieces, context_pieces),
    context_words: joinRows(here.context_words, context_words),
    other_pieces: joinRows(here.other_pieces, other_pieces),
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

const inThread = (file: string, job: CutJob): Promise<CutTexts> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: job })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', code =>
      reject(new Error(`The tokenizing thread ended with code ${code} before its job was done.`)),
    )
  })
