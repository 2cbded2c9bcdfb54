import type { ChosenEngine, Device, Engine } from './backend.types.ts'
import { chooseEngine } from './engine.ts'
import type { Look } from './probe/look.ts'
import {
  type EngineRecord,
  type PackageState,
  type ProviderState,
  probeEngines,
  type TensorflowPackage,
} from './probe/record.ts'
import { deviceFinding, type Finding, packageFinding, providerFinding } from './remedy.ts'
import { tryEngine } from './try-engine.ts'

/** One way to compute, and what came of looking for it. */
export interface EngineState {
  readonly engine: Engine
  readonly device: Device
  readonly package: string
  readonly version?: string
  /** As the record names it; `failed`: it looked usable and could not be opened. */
  readonly state: PackageState['is'] | ProviderState['is'] | 'no-device' | 'failed'
  /** What it is, or what it lacks. */
  readonly says: string
  readonly remedy?: string
}

interface Context {
  readonly probe: Look
  /** Records, and not lines to read. */
  readonly json: boolean
}

/** The command `engines`: every way to compute here, tried out, and the one that `auto` takes. */
const engines = {
  about: 'Lists the engines, tries each out, and says which one `engine: auto` takes here and how to get the others.',
  examples: [
    ['pipeline engines', 'what can compute, seen from the current folder'],
    ['pipeline engines squad.yaml', 'seen from the folder of a pipeline, where packages are looked for first'],
  ],
  async run({ probe, json }: Context) {
    const record = probeEngines(probe)
    const states: EngineState[] = []
    // One after the other: each takes all cores.
    for (const way of ways(record)) states.push(way.state === 'usable' ? await tried(way, record) : way)
    const choice = chooseEngine({ engine: 'auto' }, record)
    if ('problem' in choice) throw new Error(choice.problem.message)
    const { why, ...auto } = choice.chosen
    const taken = states.find(each => each.package === auto.package && each.device === auto.device)
    const ok = taken?.state === 'usable'
    const { engine, device, package: name } = auto
    const records = [...states, { auto: { engine, device, package: name, why }, cuda: record.cuda }]
    const text = [
      ...states.flatMap(lines),
      '',
      `CUDA: ${deviceFinding(record).found}`,
      `${why}${ok ? '' : ', but it failed'}`,
    ]
    return told(json ? records.map(each => JSON.stringify(each)) : text, ok)
  },
} as const

/** The commands that come with the stage `train`. */
export const engineCommands = { engines } as const

async function* told(lines: readonly string[], ok: boolean) {
  yield `${lines.join('\n')}\n`
  return ok
}

/** What the record says of each way, best first. */
const ways = (record: EngineRecord): EngineState[] => {
  const { onnx, reference } = record
  return [
    tensorflow('@tensorflow/tfjs-node-gpu', 'cuda', record),
    tensorflow('@tensorflow/tfjs-node', 'cpu', record),
    onCuda(
      { engine: 'onnx', package: 'onnxruntime-node', version: onnx.version },
      onnx.cuda.is,
      providerFinding(onnx.cuda),
      record,
    ),
    { engine: 'onnx', device: 'cpu', package: 'onnxruntime-node', version: onnx.version, state: 'usable', says: '' },
    {
      engine: 'reference',
      device: 'cpu',
      package: '@tensorflow/tfjs-backend-cpu',
      version: reference.version,
      state: 'usable',
      says: '',
    },
  ]
}

const tensorflow = (name: TensorflowPackage, device: Device, record: EngineRecord): EngineState => {
  const state = record.tensorflow[name]
  const finding = packageFinding(name, state)
  const about = { engine: 'tensorflow', package: name, ...('version' in state && { version: state.version }) } as const
  return device === 'cuda'
    ? onCuda(about, state.is, finding, record)
    : stateOf({ ...about, device }, state.is, [finding])
}

/** On CUDA a device must be there, too. */
const onCuda = (
  about: Pick<EngineState, 'engine' | 'package' | 'version'>,
  state: EngineState['state'],
  finding: Finding,
  record: EngineRecord,
): EngineState => {
  const device = record.cuda.is === 'visible' ? [] : [deviceFinding(record)]
  return stateOf({ ...about, device: 'cuda' }, state === 'usable' && device.length > 0 ? 'no-device' : state, [
    finding,
    ...device,
  ])
}

const stateOf = (
  about: Pick<EngineState, 'engine' | 'device' | 'package' | 'version'>,
  state: EngineState['state'],
  findings: readonly Finding[],
): EngineState => {
  const remedies = findings.flatMap(({ remedy }) => remedy ?? [])
  return {
    ...about,
    state,
    says: findings.map(({ found }) => found).join('; '),
    ...(remedies.length > 0 && { remedy: remedies.join(' ') }),
  }
}

/** A way that looks usable, after it was opened. */
const tried = async (way: EngineState, record: EngineRecord): Promise<EngineState> => {
  const trial = await tryEngine(chosenFor(way, record))
  if ('description' in trial) return { ...way, says: trial.description }
  const { message, hint } = trial.problem
  return { ...way, state: 'failed', says: message, ...(hint !== undefined && { remedy: hint }) }
}

const chosenFor = ({ engine, device }: EngineState, record: EngineRecord): ChosenEngine => {
  const choice = chooseEngine({ engine, device }, record)
  if ('problem' in choice) throw new Error(choice.problem.message)
  return choice.chosen
}

const lines = ({ engine, device, state, says, remedy }: EngineState): string[] => {
  const name = `${engine.padEnd(12)}${device.padEnd(6)}`
  return [
    `${name}${state === 'usable' ? 'usable: ' : 'no: '}${says}`,
    ...(remedy === undefined ? [] : [`${' '.repeat(18)}${remedy}`]),
  ]
}
