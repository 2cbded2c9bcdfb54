// The training thread with a clock: trains as src/training/worker.ts does, telling of every step, and at the end says how long
// it did something else than compute. Between the hook that is called after a step and the signal that is asked next, before
// the first part of the next one, lies all of that: messages, and checkpoints.
// Run by overhead.mjs, which gives it OverheadJob.
import { parentPort, workerData } from 'node:worker_threads'
import { networkOf } from '../src/model/networks.ts'
import { checkData } from '../src/training/check-data.ts'
import { trainHere } from '../src/training/train-here.ts'
import { firstWindows, startOf } from './squad-data.ts'
import { trainingOptions } from './training-options.ts'

interface OverheadJob {
  readonly model: string
  readonly file: string
  readonly windows: number
  readonly batch: number
  readonly steps: number
  readonly save_steps: number
  /** Of the checkpoints. */
  readonly folder: string
  readonly threads: number
}

const { model, file, windows, batch, steps, save_steps, folder, threads } = workerData as OverheadJob
const data = await firstWindows(model, file, 'training', windows)
const start = await startOf(model)

const checking = performance.now()
checkData(data, networkOf(start.config), start.config)
const check_ms = performance.now() - checking

const told: number[] = []
const saved: number[] = []
let first = 0
let last = 0
let saves = false
let between = false
await trainHere(
  {
    ...start,
    data,
    options: { ...trainingOptions, train_batch_size: batch, max_steps: steps, threads },
    checkpoints: { folder, save_steps, save_total_limit: 2, files: {} },
  },
  {
    signal: {
      throwIfAborted() {
        if (!between) return
        between = false
        const ms = performance.now() - last
        if (saves) saved.push(ms)
        else told.push(ms)
        saves = false
      },
    },
    onStep(report) {
      last = performance.now()
      first ||= last
      between = true
      parentPort!.postMessage({ is: 'step', report })
    },
    onCheckpoint(checkpoint) {
      saves = true
      parentPort!.postMessage({ is: 'checkpoint', folder: checkpoint })
    },
  },
)
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
// The first step, in which programs are compiled, and the checkpoint at the end lie outside.
const step_ms = (last - first - sum(saved)) / (steps - 1)
parentPort!.postMessage({ is: 'result', step_ms, check_ms, told, saved })
