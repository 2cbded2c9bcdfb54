// What checkpoints cost: the time of writing one against that of the steps between two, on the network of step-setting.json
// (6 layers × 384, 22 M parameters), with windows about as long as SQuAD's. The two are measured in turn in one run.
// usage: node --import jiti/register bench/checkpoint.ts [FOLDER]     (on the disk where the cache is; default: the current folder)
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { initialWeights } from '../src/model/initial-weights.ts'
import { networkOf } from '../src/model/networks.ts'
import { random } from '../src/model/random.ts'
import { openBackend } from '../src/tensor/backend.ts'
import { writeCheckpoint } from '../src/training/checkpoint.ts'
import { startOfTraining, trainingSteps } from '../src/training/loop.ts'
import { prepareTraining } from '../src/training/trainer.ts'
import type { Dataset, RaggedColumn } from '../src/training/training.types.ts'

const [, , parent = '.'] = process.argv
const [rounds, stepsARound] = [5, 4]
const { config, batch, length } = JSON.parse(readFileSync(new URL('step-setting.json', import.meta.url), 'utf8'))

/** Windows of SQuAD have 162 tokens on average; these have from 100 to 224. */
function someRows(): Dataset {
  const numbers = random(42)
  const lengths = Array.from({ length: 64 }, (_, row) => 100 + ((row * 37) % 125))
  const offsets = Int32Array.from([0, ...lengths.map((_, row) => lengths.slice(0, row + 1).reduce((a, b) => a + b))])
  const column = (of: (position: number) => number): RaggedColumn => ({
    values: Int32Array.from(lengths.flatMap(count => Array.from({ length: count }, (_, position) => of(position)))),
    offsets,
    pad: 0,
  })
  return {
    rows: 64,
    ragged: {
      input_ids: column(() => 1000 + numbers.below(config.vocab_size - 1000)),
      input_mask: column(() => 1),
      segment_ids: column(position => (position > 20 ? 1 : 0)),
    },
    scalar: {
      start_positions: new Int32Array(64).fill(30),
      end_positions: new Int32Array(64).fill(33),
    },
    max_length: length,
  }
}

const options = {
  learning_rate: 5e-5,
  train_batch_size: batch,
  gradient_accumulation_steps: 1,
  num_train_epochs: 1000,
  max_steps: -1,
  weight_decay: 0,
  adam_epsilon: 1e-8,
  max_grad_norm: 1,
  warmup_steps: 0,
  warmup_ratio: 0,
  lr_scheduler: 'constant' as const,
  seed: 42,
  group_by_length: false,
  pad_to_max_length: false,
  engine: 'onnx' as const,
}
const network = networkOf(config)
const specs = network.weights(config)
const { backend } = await openBackend('onnx')
const trainer = await prepareTraining(
  { config, weights: initialWeights(network, config, 42), data: someRows(), options },
  backend,
)
const state = startOfTraining()
const steps = trainingSteps(trainer, state)
const folder = mkdtempSync(join(parent, 'bench-checkpoint-'))
const times = { step: [] as number[], checkpoint: [] as number[] }
try {
  // Programs are compiled in the first steps.
  for (let warm = 0; warm < 8; warm++) await steps.next()
  for (let round = 0; round < rounds; round++) {
    for (let each = 0; each < stepsARound; each++) times.step.push(await timed(() => steps.next()))
    const settings = { folder, save_steps: 1, save_total_limit: 2, files: { 'config.json': JSON.stringify(config) } }
    times.checkpoint.push(await timed(() => writeCheckpoint(settings, trainer.parameters, specs, state, {})))
  }
} finally {
  rmSync(folder, { recursive: true })
  await trainer.programs.dispose()
  await backend.dispose()
}
const [step, checkpoint] = [median(times.step), median(times.checkpoint)]
console.log(
  `a step: ${step.toFixed(0)} ms; a checkpoint: ${checkpoint.toFixed(0)} ms (${times.checkpoint.map(each => each.toFixed(0)).join(', ')})`,
)
for (const save_steps of [50, 100, 500])
  console.log(
    `save_steps ${save_steps}: ${((100 * checkpoint) / (checkpoint + save_steps * step)).toFixed(2)} % of the time`,
  )

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
