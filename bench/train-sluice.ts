// Makes as many optimizer steps as each line on standard input says, with the package's own loop and the settings of
// squad-v1.1.yaml, and answers with one line of JSON.
// Run by train.mjs. arguments: MODEL TRAIN.json WINDOWS BATCH THREADS
import { createInterface } from 'node:readline'
import { openBackend } from '../src/tensor/backend.ts'
import { startOfTraining, trainingSteps } from '../src/training/loop.ts'
import { prepareTraining } from '../src/training/trainer.ts'
import { firstWindows, peakMegabytes, startOf } from './squad-data.ts'
import { trainingOptions } from './training-options.ts'

const [, , model, file, windows, batch, threads] = process.argv
const data = await firstWindows(model!, file!, 'training', Number(windows))
const options = { ...trainingOptions, train_batch_size: Number(batch), threads: Number(threads) }
const { backend } = await openBackend('onnx', { threads: Number(threads) })
const trainer = await prepareTraining({ ...(await startOf(model!)), data, options }, backend)
const steps = trainingSteps(trainer, startOfTraining())

for await (const line of createInterface({ input: process.stdin })) {
  const started = performance.now()
  const made = { windows: 0, tokens: 0 }
  for (let step = 0; step < Number(line); step++) {
    const { value } = await steps.next()
    made.windows += value.rows
    made.tokens += value.tokens
  }
  const ms = performance.now() - started
  console.log(JSON.stringify({ ms, ...made, rows_at_once: trainer.rowsAtOnce, peak_mb: peakMegabytes() }))
}
