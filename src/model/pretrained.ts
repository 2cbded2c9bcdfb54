import { basename } from 'node:path'
import { count, firstFew } from '../plugin/few.ts'
import { stageError } from '../plugin/stage-error.ts'
import { initialWeight } from './initial-weights.ts'
import type { Weight, Weights } from './model.types.ts'
import type { Described } from './model-folder.ts'
import { openSafetensors, type SafetensorsFile } from './safetensors-read.ts'

export interface PretrainedOptions {
  /** For the weights of the head, where the file has none; left out, they must be there. */
  readonly seed?: number
  /** Told once what of the file is ignored, and once what is initialised. */
  readonly say: (message: string) => void
}

/**
 * Reads a network's weights from a safetensors file. Names may lack the network's prefix, or be those of old checkpoints
 * (`LayerNorm.gamma`, `LayerNorm.beta`). Tensors that the network does not have are ignored; missing ones of its head are
 * initialised from the seed.
 * @throws StageError `weights-not-matching` for other missing weights, `weights-shape` for wrong shapes, and as `openSafetensors`.
 */
export async function readPretrained(
  { network, config }: Pick<Described, 'network' | 'config'>,
  path: string,
  { seed, say }: PretrainedOptions,
): Promise<Weights> {
  const file = await openSafetensors(path)
  try {
    const specs = network.weights(config)
    const nameInFile = matchNames(file, network.prefix, new Set(specs.keys()))
    const missing = [...specs.keys()].filter(name => !nameInFile.has(name))
    const lost = seed === undefined ? missing : missing.filter(name => !name.startsWith(network.head))
    if (lost.length > 0)
      throw stageError({
        code: 'weights-not-matching',
        message: `Expected the ${specs.size} weights of ${network.architecture}; ${lost.length} of them are missing: ${firstFew(lost)}. The file has ${firstFew([...file.tensors.keys()])}.`,
        file: path,
        hint: lost.every(name => name.startsWith(network.head))
          ? 'The model has not been trained for question answering: train it first.'
          : 'Check that config.json and the weights belong to one model.',
      })

    for (const [name, source] of nameInFile)
      checkShape(source, file.tensors.get(source)!.shape, specs.get(name)!.shape, path)

    const weights = new Map<string, Weight>()
    for (const [name, spec] of specs) {
      const source = nameInFile.get(name)
      weights.set(
        name,
        source === undefined
          ? initialWeight(name, spec, config, seed!)
          : { shape: spec.shape, data: await file.float32(source) },
      )
    }
    const used = new Set(nameInFile.values())
    const extra = [...file.tensors.keys()].filter(name => !used.has(name))
    if (extra.length > 0)
      say(
        `${basename(path)}: ignored ${count(extra.length, 'tensor')} that ${network.architecture} does not have: ${firstFew(extra)}`,
      )
    if (missing.length > 0)
      say(`${basename(path)}: initialised from seed ${seed}, because the file lacks them: ${firstFew(missing)}`)
    return weights
  } finally {
    await file.close()
  }
}

/** For each weight that the file has, its name there. An exact name wins over an older or a shorter form. */
function matchNames(file: SafetensorsFile, prefix: string, wanted: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>()
  for (const form of [(name: string) => name, modern, (name: string) => prefix + modern(name)])
    for (const name of file.tensors.keys()) {
      const meant = form(name)
      if (wanted.has(meant) && !found.has(meant)) found.set(meant, name)
    }
  return found
}

/** TensorFlow's names for the two vectors of a LayerNorm, which the first BERT checkpoints carry. */
const modern = (name: string) =>
  name.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias')

function checkShape(name: string, found: readonly number[], expected: readonly number[], path: string) {
  if (found.length === expected.length && found.every((size, i) => size === expected[i])) return
  throw stageError({
    code: 'weights-shape',
    message: `Expected the tensor \`${name}\` in shape [${expected.join(', ')}], as config.json has it; found [${found.join(', ')}].`,
    file: path,
    hint: 'Check that config.json and the weights belong to one model.',
  })
}
