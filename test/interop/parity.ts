// The same training here and in PyTorch: same windows, initial weights, batch order and learning rates, dropout off. There a
// batch is computed in one piece, padded to its longest row; the loss is over the real tokens, as it is here by default.
//
//   node --import jiti/register test/interop/parity.ts MODEL TRAIN.json[.gz] DEV.json[.gz] OUT [STEPS] [DEV_QUESTIONS] [pad]
//   python test/interop/parity.py OUT        (needs torch and transformers)
//   node --import jiti/register test/interop/parity.ts --compare OUT
//
// With `pad`, rows are padded to the longest length and the loss is `transformers`' own, over the padding too.
// The first call trains here and writes the batches; the second trains there; the third prints the largest difference of
// the losses and the scores of both models on the first questions of the dev file.
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '../../src/model/model.types.ts'
import { modelFiles, trainedConfig } from '../../src/model/model-files.ts'
import { readModelFolder, readStart } from '../../src/model/read-model.ts'
import { writeSafetensors } from '../../src/model/safetensors-write.ts'
import { datasetOf } from '../../src/squad/dataset.ts'
import { decodeWindows } from '../../src/squad/decode-windows.ts'
import type { ExampleSettings } from '../../src/squad/examples.ts'
import { goldAnswers } from '../../src/squad/gold-answers.ts'
import { keepQuestions } from '../../src/squad/keep-questions.ts'
import { makeWindows } from '../../src/squad/make-windows.ts'
import { packWindows } from '../../src/squad/pack-windows.ts'
import { readExamples } from '../../src/squad/read-examples.ts'
import { readText } from '../../src/squad/read-text.ts'
import { scoreV1 } from '../../src/squad/score.ts'
import { tokenizeExamples } from '../../src/squad/tokenize-examples.ts'
import { parseVocabulary } from '../../src/squad/vocabulary.ts'
import { defaultWindowSettings } from '../../src/squad/window-layout.ts'
import { rowLengths } from '../../src/training/batches.ts'
import { epochOrder } from '../../src/training/order.ts'
import { learningRates } from '../../src/training/schedule.ts'
import { infer, train } from '../../src/training/thread.ts'
import type { RaggedColumn, TrainingOptions } from '../../src/training/training.types.ts'
import { defaults } from '../training/datasets.ts'

const files = async (path: string) => path
const SIZE = 8
const lines = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n')

interface Settings {
  readonly model: string
  readonly dev: string
  readonly questions: number
}

if (process.argv[2] === '--compare') await compare(process.argv[3]!)
else {
  const [model, trainFile, dev, out, steps = '300', questions = '2000', pad] = process.argv.slice(2)
  mkdirSync(out!, { recursive: true })
  const settings: Settings = { model: model!, dev: dev!, questions: Number(questions) }
  writeFileSync(join(out!, 'settings.json'), JSON.stringify(settings))
  await trainHere(settings, trainFile!, out!, Number(steps), pad === 'pad')
}

async function trainHere({ model: folder }: Settings, trainFile: string, out: string, steps: number, pad: boolean) {
  const { windows } = await windowsOf(folder, trainFile, { for: 'training', version_2_with_negative: false })
  const start = await readStart({ model: folder }, files, { seed: 42, say: console.log })
  const config = {
    ...trainedConfig(start.network, start.config),
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
  }
  const tokenizer = windows.tokenizer
  await saveModel(join(out, 'start'), { config, weights: start.weights, tokenizer })

  const data = datasetOf(packWindows(windows))
  const options: TrainingOptions = {
    ...defaults,
    train_batch_size: SIZE,
    num_train_epochs: 1,
    max_steps: steps,
    pad_to_max_length: pad,
    engine: 'onnx',
  }
  const lengths = rowLengths(data)
  const order = epochOrder(lengths, 0, options)
  const rate = learningRates(options, steps)
  const batches = createWriteStream(join(out, 'batches.jsonl'))
  const { input_ids, segment_ids } = data.ragged
  const { start_positions, end_positions } = data.scalar
  for (let step = 0; step < steps; step++) {
    const rows = Array.from(order.subarray(step * SIZE, (step + 1) * SIZE), row => {
      const of = ({ values, offsets }: RaggedColumn) => [...values.subarray(offsets[row], offsets[row + 1])]
      return {
        ids: of(input_ids!),
        segments: of(segment_ids!),
        start: start_positions![row],
        end: end_positions![row],
      }
    })
    batches.write(`${JSON.stringify({ learning_rate: rate(step + 1), pad_to: pad ? data.max_length : null, rows })}\n`)
  }
  await new Promise(done => batches.end(done))

  const losses: string[] = []
  const began = performance.now()
  const trained = await train(
    { config, weights: start.weights, data, options },
    { say: console.log, onStep: ({ loss, grad_norm }) => losses.push(JSON.stringify({ loss, grad_norm })) },
  )
  console.log(`${steps} steps in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  writeFileSync(join(out, 'losses-here.jsonl'), `${losses.join('\n')}\n`)
  await saveModel(join(out, 'here'), { config, weights: trained.weights, tokenizer })
}

async function compare(out: string) {
  const here = lines(join(out, 'losses-here.jsonl')).map(line => JSON.parse(line).loss as number)
  const torch = lines(join(out, 'losses-torch.jsonl')).map(line => JSON.parse(line).loss as number)
  const differences = here.map((loss, i) => Math.abs(loss - torch[i]!))
  const worst = differences.indexOf(Math.max(...differences))
  console.log(`${here.length} losses; largest difference ${differences[worst]!.toExponential(2)}, at step ${worst + 1}`)
  console.log(`mean difference ${(differences.reduce((a, b) => a + b, 0) / differences.length).toExponential(2)}`)
  const settings: Settings = JSON.parse(readFileSync(join(out, 'settings.json'), 'utf8'))
  for (const name of ['here', 'torch']) console.log(name, await scores(settings, join(out, name)))
}

async function scores({ model: vocab, dev, questions }: Settings, folder: string) {
  const settings = { for: 'evaluation', version_2_with_negative: false } as const
  const { examples, windows } = await windowsOf(vocab, dev, settings, questions)
  const model = await readModelFolder(folder, files, console.log)
  const request = { config: model.config, weights: model.weights, data: datasetOf(packWindows(windows)) }
  const { start, end, offsets } = await infer({ ...request, batch_size: SIZE, engine: 'onnx' })
  const of = (values: Float32Array, index: number) => values.subarray(offsets[index], offsets[index + 1])
  const options = { n_best_size: 20, max_answer_length: 30, null_score_diff_threshold: 0 }
  const logits = (index: number) => ({ start: of(start, index), end: of(end, index) })
  const answers = [...decodeWindows(examples, windows, logits, options)]
  const { exact_match, f1, total } = scoreV1(
    goldAnswers(examples),
    new Map(answers.map(each => [each.id, each.prediction])),
  )
  return { exact_match, f1, total }
}

async function windowsOf(model: string, file: string, settings: ExampleSettings, most = Number.POSITIVE_INFINITY) {
  const vocabulary = parseVocabulary(await readText(join(model, 'vocab.txt')))
  const read = readExamples(JSON.parse(await readText(file)), settings, file)
  const examples = keepQuestions(read.examples, index => index < most)
  const { pieces } = await tokenizeExamples(examples, vocabulary, true)
  return { examples, windows: makeWindows(pieces, defaultWindowSettings).windows }
}

async function saveModel(folder: string, model: Model) {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(modelFiles(model))) writeFileSync(join(folder, name), text)
  await writeSafetensors(join(folder, 'model.safetensors'), model.weights)
}
