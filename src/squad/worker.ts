// The second thread of `cutInParallel`: cuts its part of the texts, and hands the arrays over without copying them.
import { parentPort, workerData } from 'node:worker_threads'
import type { CutJob } from './cut-in-parallel.ts'
import { cutTexts } from './cut-texts.ts'

const { texts, ids, do_lower_case }: CutJob = workerData
const cut = cutTexts(texts, ids, do_lower_case)
const arrays = [cut.context_pieces.values, cut.context_words.values, cut.other_pieces.values]
parentPort?.postMessage(
  cut,
  arrays.map(array => array.buffer as ArrayBuffer),
)
