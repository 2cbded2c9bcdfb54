import { expect, test } from 'vitest'
import { openBackend } from '../../src/tensor/backend.ts'
import { checkEngine, chooseEngine, probeEngines } from '../../src/tensor/engine.ts'
import { isTensorError } from '../../src/tensor/tensor-error.ts'

const without = { tensorflow: undefined }
const withGpu = { tensorflow: '@tensorflow/tfjs-node-gpu' } as const

const missing = {
  code: 'engine-not-installed',
  message:
    'The engine `tensorflow` needs the package `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs-node`; found neither.',
  hint: 'Install it with `npm install @tensorflow/tfjs-node@4.22.0` (downloads about 400 MB; needs Node 22 or older), or set `engine: auto`, which runs on ONNX Runtime and needs nothing more.',
}

test.each([
  ['auto', without, 'onnx', 'engine onnx: `auto` takes ONNX Runtime, which comes with this package'],
  ['auto', withGpu, 'onnx', 'engine onnx: `auto` takes ONNX Runtime, which comes with this package'],
  ['onnx', without, 'onnx', 'engine onnx: asked for'],
  ['reference', without, 'reference', 'engine reference: asked for'],
  ['tensorflow', withGpu, 'tensorflow', 'engine tensorflow: asked for'],
] as const)('%s, with %o, is %s', (choice, probe, engine, why) => {
  expect(checkEngine(choice, probe)).toBeUndefined()
  expect(chooseEngine(choice, probe)).toEqual({ engine, why })
})

test('tensorflow without its package is refused, with the command that installs it', async () => {
  expect(checkEngine('tensorflow', without)).toEqual(missing)
  const error = await openBackend('tensorflow').catch((error: unknown) => error)
  expect(isTensorError(error) && error.problem).toEqual(missing)
})

test.each([
  [[], undefined],
  [['@tensorflow/tfjs-node'], '@tensorflow/tfjs-node'],
  [['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'], '@tensorflow/tfjs-node-gpu'],
] as [string[], string | undefined][])('of the installed %o it takes %s', (installed, tensorflow) => {
  expect(probeEngines(name => installed.includes(name))).toEqual({ tensorflow })
})
