// Computes all windows' logits for each line on standard input, and answers with one line of JSON. Each time programs are
// compiled anew, as in every run of `predict`.
// Run by predict.mjs. arguments: MODEL DEV.json WINDOWS BATCH THREADS
import { createInterface } from 'node:readline'
import { inferHere } from '../src/training/infer-here.ts'
import { firstWindows, peakMegabytes, startOf } from './squad-data.ts'

const [, , model, file, windows, batch, threads] = process.argv
const data = await firstWindows(model!, file!, 'evaluation', Number(windows))
const start = await startOf(model!)

for await (const _ of createInterface({ input: process.stdin })) {
  const started = performance.now()
  const { offsets } = await inferHere({
    ...start,
    data,
    batch_size: Number(batch),
    engine: 'onnx',
    threads: Number(threads),
  })
  const ms = performance.now() - started
  console.log(JSON.stringify({ ms, windows: data.rows, tokens: offsets.at(-1), peak_mb: peakMegabytes() }))
}
