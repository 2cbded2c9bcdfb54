// Makes one training step for each line on standard input, with the package's own loop, and answers with one line of JSON.
// Run by step.mjs. arguments: SETTING.json THREADS
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { initialWeights } from '../src/model/initial-weights.ts'
import { networkOf } from '../src/model/networks.ts'
import { random } from '../src/model/random.ts'
import { openBackend } from '../src/tensor/backend.ts'
import { startOfTraining, trainingSteps } from '../src/training/loop.ts'
import { prepareTraining } from '../src/training/trainer.ts'
import type { Dataset, RaggedColumn, TrainingOptions } from '../src/training/training.types.ts'

const [, , settingFile, threads] = process.argv
const { batch, length, learning_rate, rows_at_once, config } = JSON.parse(readFileSync(settingFile!, 'utf8'))

const options: TrainingOptions = {
  learning_rate,
  train_batch_size: batch,
  gradient_accumulation_steps: 1,
  num_train_epochs: 1_000_000,
  max_steps: -1,
  weight_decay: 0.01,
  adam_epsilon: 1e-8,
  max_grad_norm: 1,
  warmup_steps: 0,
  warmup_ratio: 0,
  lr_scheduler: 'constant',
  seed: 42,
  group_by_length: false,
  // Every row is padded to the full length, as the other trainer's are.
  pad_to_max_length: true,
  engine: 'onnx',
  threads: Number(threads),
}

/** One batch of random tokens; its rows fill from three quarters of the length to all of it, as the other trainer's do. */
function someRows(): Dataset {
  const lengths = Array.from({ length: batch }, (_, row) => length - ((row * 37) % (length / 4)))
  const offsets = Int32Array.from([0, ...lengths.map((_, row) => lengths.slice(0, row + 1).reduce((a, b) => a + b))])
  const numbers = random(options.seed)
  const column = (of: (position: number) => number): RaggedColumn => ({
    values: Int32Array.from(lengths.flatMap(count => Array.from({ length: count }, (_, position) => of(position)))),
    offsets,
    pad: 0,
  })
  return {
    rows: batch,
    ragged: {
      input_ids: column(() => 1000 + numbers.below(config.vocab_size - 1000)),
      input_mask: column(() => 1),
      segment_ids: column(position => (position > 20 ? 1 : 0)),
    },
    scalar: {
      start_positions: Int32Array.from({ length: batch }, (_, row) => 30 + row),
      end_positions: Int32Array.from({ length: batch }, (_, row) => 33 + row),
    },
    max_length: length,
  }
}

const weights = initialWeights(networkOf(config), config, options.seed)
const { backend } = await openBackend('onnx', { threads: Number(threads) })
const changes = rows_at_once === undefined ? {} : { rowsAtOnce: rows_at_once }
const trainer = await prepareTraining({ config, weights, data: someRows(), options }, backend, changes)
const steps = trainingSteps(trainer, startOfTraining())

for await (const _ of createInterface({ input: process.stdin })) {
  const started = performance.now()
  const { value } = await steps.next()
  const ms = performance.now() - started
  const peak_mb = process.resourceUsage().maxRSS / 1024
  console.log(JSON.stringify({ ms, loss: value?.loss, rows_at_once: trainer.rowsAtOnce, peak_mb }))
}
