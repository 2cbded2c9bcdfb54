import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { type ArtifactKind, defineArtifact, type Json, type Static } from '../plugin/artifact.ts'
import { CONFIG, TOKENIZER_CONFIG, VOCAB, WEIGHTS } from './file-names.ts'
import type { Model as ModelValue, Weight } from './model.types.ts'
import { modelFiles } from './model-files.ts'
import { openSafetensors } from './safetensors-read.ts'
import { writeSafetensors } from './safetensors-write.ts'

const TRAINING = 'training.json'

const TensorSummary = Type.Object({
  name: Type.String(),
  shape: Type.Array(Type.Integer()),
  parameters: Type.Integer(),
  mean: Type.Number(),
  std: Type.Number(),
  min: Type.Number(),
  max: Type.Number(),
})

export type Model = ModelValue

/** A network and its weights, kept as a folder in Hugging Face form; its records are summaries of its tensors. */
export const Model: ArtifactKind<Model> = defineArtifact<Model>({
  kind: 'model',
  version: 1,
  schema: TensorSummary,
  async write(model, dir) {
    for (const [name, text] of Object.entries(modelFiles(model))) await writeFile(join(dir, name), text)
    await writeFile(join(dir, TRAINING), JSON.stringify(model.training ?? null))
    await writeSafetensors(join(dir, WEIGHTS), model.weights)
  },
  async read(dir) {
    const text = (name: string) => readFile(join(dir, name), 'utf8')
    const { do_lower_case } = JSON.parse(await text(TOKENIZER_CONFIG))
    const training = JSON.parse(await text(TRAINING))
    return {
      config: JSON.parse(await text(CONFIG)),
      weights: await readAll(join(dir, WEIGHTS)),
      // Exactly what was written: each token and a line feed.
      tokenizer: { vocab: (await text(VOCAB)).split('\n').slice(0, -1), do_lower_case },
      ...(training === null ? {} : { training }),
    }
  },
  *records({ weights }) {
    for (const [name, weight] of weights) yield summary(name, weight)
  },
  text(record) {
    const { name, shape, mean, std, min, max } = record as Static<typeof TensorSummary>
    const numbers = Object.entries({ mean, std, min, max }).map(([word, value]) => `${word} ${value.toPrecision(4)}`)
    return `${name} [${shape.join(', ')}]\n  ${numbers.join('  ')}`
  },
})

async function readAll(path: string): Promise<Map<string, Weight>> {
  const file = await openSafetensors(path)
  try {
    const weights = new Map<string, Weight>()
    for (const [name, { shape }] of file.tensors) weights.set(name, { shape, data: await file.float32(name) })
    return weights
  } finally {
    await file.close()
  }
}

function summary(name: string, { shape, data }: Weight): Json {
  let [sum, squares, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of data) {
    sum += value
    squares += value * value
    if (value < min) min = value
    if (value > max) max = value
  }
  const mean = sum / data.length
  const std = Math.sqrt(Math.max(0, squares / data.length - mean * mean))
  return { name, shape, parameters: data.length, mean, std, min, max }
}
