import type { ChosenEngine, Device, DeviceChoice, EngineChoice } from './backend.types.ts'
import type { EngineRecord, TensorflowPackage } from './probe/record.ts'
import { deviceFinding, type Finding, packageFinding, providerFinding } from './remedy.ts'
import { type TensorProblem, tensorError } from './tensor-error.ts'

/** What is asked for. */
export interface EngineSettings {
  readonly engine: EngineChoice
  /** By default `auto`. */
  readonly device?: DeviceChoice | undefined
}

/** What an engine that cannot be had is asked for by: a name of the settings. */
export type EngineProblem = TensorProblem & { readonly at: '/engine' | '/device' }
export type Choice = { readonly chosen: ChosenEngine } | { readonly problem: EngineProblem }

const gpu = '@tensorflow/tfjs-node-gpu'
const cpu = '@tensorflow/tfjs-node'

/** The engine that the settings stand for on a machine of which this is known, or why there is none. */
export function chooseEngine(settings: EngineSettings, record: EngineRecord): Choice {
  const { engine, device = 'auto' } = settings
  switch (engine) {
    case 'auto':
      if (device !== 'cpu' && onCuda(record)) return tensorflow(settings, record, gpu)
      if (device !== 'cuda') return onnx(settings, record, 'cpu')
      return providerProblem(record) === undefined ? onnx(settings, record, 'cuda') : noCuda(record)
    case 'onnx': {
      const problem = device === 'cuda' ? providerProblem(record) : undefined
      return problem ? { problem } : onnx(settings, record, device === 'cuda' ? 'cuda' : 'cpu')
    }
    case 'tensorflow': {
      if (device !== 'cpu' && onCuda(record)) return tensorflow(settings, record, gpu)
      if (device === 'cuda') return { problem: gpuProblem(record) }
      return record.tensorflow[cpu].is === 'usable' ? tensorflow(settings, record, cpu) : noTensorflow(record, device)
    }
    case 'reference':
      if (device === 'cuda') return { problem: referenceOnCuda }
      return chosen(settings, { engine, device: 'cpu', package: '@tensorflow/tfjs-backend-cpu', ...record.reference })
  }
}

/** One line about a CUDA device that lies idle, and what would use it; not where the CPU was asked for. */
export function idleDevice(
  { engine, device = 'auto' }: EngineSettings,
  record: EngineRecord,
): TensorProblem | undefined {
  const open = device === 'auto' && (engine === 'auto' || engine === 'tensorflow')
  if (!open || record.cuda.is !== 'visible' || onCuda(record)) return undefined
  if (record.onnx.cuda.is === 'usable')
    return {
      code: 'device-idle',
      message: `A CUDA device is there (${record.cuda.by}), and the CPU computes: ONNX Runtime's CUDA provider is taken only where it is asked for.`,
      hint: 'Set `engine: onnx` and `device: cuda`. With `device: cpu` nothing is said.',
    }
  const { found, remedy } = packageFinding(gpu, record.tensorflow[gpu])
  return {
    code: 'device-idle',
    message: `A CUDA device is there (${record.cuda.by}), but no engine can use it, and the CPU computes. \`${gpu}\`: ${found}.`,
    hint: `${remedy} With \`device: cpu\` nothing is said.`,
  }
}

/** @throws TensorError for a choice that this machine cannot meet. */
export function expectEngine(settings: EngineSettings, record: EngineRecord): ChosenEngine {
  const choice = chooseEngine(settings, record)
  if ('problem' in choice) throw tensorError(choice.problem)
  return choice.chosen
}

const onCuda = ({ tensorflow, cuda }: EngineRecord): boolean => tensorflow[gpu].is === 'usable' && cuda.is === 'visible'

type Unexplained = Omit<ChosenEngine, 'why'>

const chosen = (settings: EngineSettings, engine: Unexplained): Choice => ({
  chosen: { ...engine, why: whyThis(settings, engine) },
})

/** For people: which engine it is, and why. */
export const whyThis = (
  { engine: choice }: EngineSettings,
  { engine, device }: Pick<Unexplained, 'engine' | 'device'>,
) => {
  if (choice !== 'auto') return `engine ${engine}: asked for`
  if (engine === 'tensorflow') return `engine tensorflow: \`auto\` takes it where \`${gpu}\` can use a CUDA device`
  if (device === 'cuda')
    return "engine onnx: `auto` with `device: cuda` takes ONNX Runtime's CUDA provider, which is here"
  return 'engine onnx: `auto` takes ONNX Runtime, which comes with this package'
}

const onnx = (settings: EngineSettings, { onnx: { version, folder } }: EngineRecord, device: Device): Choice =>
  chosen(settings, { engine: 'onnx', device, package: 'onnxruntime-node', version, folder })

const tensorflow = (settings: EngineSettings, record: EngineRecord, name: TensorflowPackage): Choice => {
  const state = record.tensorflow[name]
  if (state.is !== 'usable') throw new Error(`${name} is ${state.is}`)
  const { version, folder } = state
  return chosen(settings, {
    engine: 'tensorflow',
    device: name === gpu ? 'cuda' : 'cpu',
    package: name,
    version,
    folder,
  })
}

const unmet = (message: string, { found, remedy }: Finding, otherwise: string): EngineProblem => ({
  code: 'device-not-usable',
  at: '/device',
  message: `${message}; ${found}.`,
  hint: [remedy, otherwise].filter(Boolean).join(' '),
})

const onCpu = 'Or set `device: cpu`.'

const deviceProblem = (record: EngineRecord): Finding | undefined =>
  record.cuda.is === 'visible' ? undefined : deviceFinding(record)

const providerProblem = (record: EngineRecord): EngineProblem | undefined => {
  const finding =
    deviceProblem(record) ?? (record.onnx.cuda.is === 'usable' ? undefined : providerFinding(record.onnx.cuda))
  return finding && unmet('The engine `onnx` cannot use `device: cuda`', finding, onCpu)
}

const gpuProblem = (record: EngineRecord): EngineProblem => {
  const { found, remedy } = packageFinding(gpu, record.tensorflow[gpu])
  const finding = deviceProblem(record) ?? { found: `\`${gpu}\`: ${found}`, ...(remedy !== undefined && { remedy }) }
  return unmet('The engine `tensorflow` cannot use `device: cuda`', finding, onCpu)
}

const noCuda = (record: EngineRecord): Choice => {
  const { found, remedy } = packageFinding(gpu, record.tensorflow[gpu])
  const provider = providerFinding(record.onnx.cuda)
  const finding = deviceProblem(record) ?? {
    found: `\`${gpu}\`: ${found}; ${provider.found}`,
    remedy: `${remedy} Or: ${provider.remedy}`,
  }
  return { problem: unmet('No engine can use `device: cuda`', finding, onCpu) }
}

/** Nothing of the engine that could compute here. Of the two packages, the one that is installed is told of. */
const noTensorflow = (record: EngineRecord, device: DeviceChoice): Choice => {
  const [state, other] = [record.tensorflow[cpu], record.tensorflow[gpu]]
  const instead = 'Or set `engine: auto`, which runs on ONNX Runtime and needs nothing more.'
  if (state.is !== 'absent') {
    const { found, remedy } = packageFinding(cpu, state)
    return { problem: notUsable('engine-not-usable', `its package \`${cpu}\`: ${found}`, `${remedy} ${instead}`) }
  }
  const { remedy } = packageFinding(cpu, state)
  const hint = `${remedy} ${instead}`
  if (other.is === 'absent')
    return {
      problem: notUsable('engine-not-installed', `it needs \`${gpu}\` or \`${cpu}\`; neither is installed`, hint),
    }
  if (other.is !== 'usable') {
    const { found, remedy } = packageFinding(gpu, other)
    return { problem: notUsable('engine-not-usable', `its package \`${gpu}\`: ${found}`, `${remedy} ${instead}`) }
  }
  const reason = device === 'cpu' ? 'the setting is `device: cpu`' : deviceFinding(record).found
  return {
    problem: notUsable(
      'engine-not-installed',
      `\`${gpu}\` needs a CUDA device, but ${reason}; on the CPU it needs \`${cpu}\``,
      hint,
    ),
  }
}

const notUsable = (code: 'engine-not-installed' | 'engine-not-usable', found: string, hint: string): EngineProblem => ({
  code,
  at: '/engine',
  message: `The engine \`tensorflow\` cannot be used: ${found}.`,
  hint,
})

const referenceOnCuda: EngineProblem = {
  code: 'device-not-usable',
  at: '/device',
  message: 'The engine `reference` cannot use `device: cuda`; it is plain JavaScript, which runs on the CPU.',
  hint: 'Set `engine: auto`, `onnx` or `tensorflow`, or `device: cpu`.',
}
