// The second thread of `cutInParallel`: cuts each batch of texts that it is sent, and hands the arrays over without copying them.
import { parentPort, workerData } from 'node:worker_threads'
import type { CutSettings } from './cut-in-parallel.ts'
import { type Texts, textCutter } from './cut-texts.ts'

const { ids, do_lower_case }: CutSettings = workerData
const cutTexts = textCutter(ids, do_lower_case)
parentPort?.on('message', (texts: Texts) => {
  const cut = cutTexts(texts)
  const arrays = [cut.context_pieces.values, cut.context_words.values, cut.other_pieces.values]
  parentPort?.postMessage(
    cut,
    arrays.map(array => array.buffer as ArrayBuffer),
  )
})
