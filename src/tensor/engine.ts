import type { Engine, EngineChoice } from './backend.types.ts'
import { type TensorProblem, tensorError } from './tensor-error.ts'

/** The packages that make the engine `tensorflow`, best first. */
export const tensorflowPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const
export type TensorflowPackage = (typeof tensorflowPackages)[number]

/** What the choice of an engine depends on. */
export interface EngineProbe {
  /** The first of `tensorflowPackages` that is installed. */
  readonly tensorflow: TensorflowPackage | undefined
}

export interface ChosenEngine {
  readonly engine: Engine
  /** For people: which engine was taken, and why. */
  readonly why: string
}

/** Looks for the optional packages; `resolves` says whether a package can be found. */
export const probeEngines = (resolves: (packageName: string) => boolean): EngineProbe => ({
  tensorflow: tensorflowPackages.find(resolves),
})

/** What is wrong with this choice on this machine, if anything. Imports no engine: made for checks before a run. */
export const checkEngine = (choice: EngineChoice, probe: EngineProbe): TensorProblem | undefined =>
  choice === 'tensorflow' && probe.tensorflow === undefined ? tensorflowMissing : undefined

/**
 * The engine that a choice stands for on this machine.
 * @throws TensorError `engine-not-installed`, as `checkEngine` returns it.
 */
export function chooseEngine(choice: EngineChoice, probe: EngineProbe): ChosenEngine {
  const problem = checkEngine(choice, probe)
  if (problem) throw tensorError(problem)
  return choice === 'auto'
    ? { engine: 'onnx', why: 'engine onnx: `auto` takes ONNX Runtime, which comes with this package' }
    : { engine: choice, why: `engine ${choice}: asked for` }
}

const tensorflowMissing: TensorProblem = {
  code: 'engine-not-installed',
  message: `The engine \`tensorflow\` needs the package ${tensorflowPackages.map(name => `\`${name}\``).join(' or ')}; found neither.`,
  hint: [
    'Install it with `npm install @tensorflow/tfjs-node@4.22.0` (downloads about 400 MB; needs Node 22 or older),',
    'or set `engine: auto`, which runs on ONNX Runtime and needs nothing more.',
  ].join(' '),
}
