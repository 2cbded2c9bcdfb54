import { describe, expect, it, test } from 'vitest'
import { openBackend } from '../../src/tensor/backend.ts'
import { chooseEngine, type EngineSettings, idleDevice } from '../../src/tensor/engine.ts'
import { checkEngine, engineInKey, plannedEngine } from '../../src/tensor/engine-of-stage.ts'
import { lookFrom } from '../../src/tensor/probe/look.ts'
import type { EngineRecord, PackageState, ProviderState } from '../../src/tensor/probe/record.ts'
import { isTensorError } from '../../src/tensor/tensor-error.ts'

const [gpu, cpu] = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const
const at = { version: '4.22.0', folder: '/p' }
const packages = {
  absent: { is: 'absent' },
  old: { is: 'other-version', version: '4.20.0', folder: '/p' },
  tooNew: { is: 'node-too-new', node: '24.1.0', ...at },
  noAddon: { is: 'no-addon', ...at },
  noTensorflow: { is: 'no-libraries', missing: ['libtensorflow'], ...at },
  noCuda: { is: 'no-libraries', missing: ['libcudart.so.11.0', 'libcudnn.so.8'], ...at },
  usable: { is: 'usable', ...at },
} as const satisfies Record<string, PackageState>
const providers = {
  elsewhere: { is: 'other-platform', platform: 'darwin/arm64' },
  absent: { is: 'absent' },
  noCuda: { is: 'no-libraries', missing: ['libcudnn.so.9'] },
  usable: { is: 'usable' },
} as const satisfies Record<string, ProviderState>
const devices = {
  none: { is: 'absent' },
  hidden: { is: 'hidden', value: '-1' },
  visible: { is: 'visible', by: '/dev/nvidia0' },
} as const

interface Machine {
  readonly gpu?: keyof typeof packages
  readonly cpu?: keyof typeof packages
  readonly provider?: keyof typeof providers
  readonly device?: keyof typeof devices
}

const machine = ({
  gpu: g = 'absent',
  cpu: c = 'absent',
  provider = 'absent',
  device = 'none',
}: Machine): EngineRecord => ({
  tensorflow: { [gpu]: packages[g], [cpu]: packages[c] },
  onnx: { version: '1.30.0', folder: '/onnx', cuda: providers[provider] },
  reference: { version: '4.22.0', folder: '/reference' },
  cuda: devices[device],
})

const tensorflowOnCuda = ['tensorflow', 'cuda', gpu] as const
const tensorflowOnCpu = ['tensorflow', 'cpu', cpu] as const
const onnxOnCuda = ['onnx', 'cuda', 'onnxruntime-node'] as const
const onnxOnCpu = ['onnx', 'cpu', 'onnxruntime-node'] as const
const reference = ['reference', 'cpu', '@tensorflow/tfjs-backend-cpu'] as const
const all = { gpu: 'usable', cpu: 'usable', provider: 'usable', device: 'visible' } as const

test.each<[EngineSettings, Machine, readonly [string, string, string], string]>([
  [{ engine: 'auto' }, {}, onnxOnCpu, 'engine onnx: `auto` takes ONNX Runtime, which comes with this package'],
  [
    { engine: 'auto' },
    { gpu: 'usable', device: 'visible' },
    tensorflowOnCuda,
    'engine tensorflow: `auto` takes it where `@tensorflow/tfjs-node-gpu` can use a CUDA device',
  ],
  [{ engine: 'auto', device: 'cuda' }, all, tensorflowOnCuda, expect.any(String)],
  [
    { engine: 'auto', device: 'cuda' },
    { gpu: 'noCuda', provider: 'usable', device: 'visible' },
    onnxOnCuda,
    "engine onnx: `auto` with `device: cuda` takes ONNX Runtime's CUDA provider, which is here",
  ],
  [{ engine: 'auto' }, { provider: 'usable', device: 'visible' }, onnxOnCpu, expect.any(String)],
  [{ engine: 'auto', device: 'cpu' }, all, onnxOnCpu, expect.any(String)],
  [{ engine: 'auto' }, { gpu: 'usable', cpu: 'usable' }, onnxOnCpu, expect.any(String)],
  [{ engine: 'auto' }, { gpu: 'usable', device: 'hidden' }, onnxOnCpu, expect.any(String)],
  [{ engine: 'onnx' }, all, onnxOnCpu, 'engine onnx: asked for'],
  [{ engine: 'onnx', device: 'cpu' }, all, onnxOnCpu, 'engine onnx: asked for'],
  [{ engine: 'onnx', device: 'cuda' }, all, onnxOnCuda, 'engine onnx: asked for'],
  [{ engine: 'tensorflow' }, all, tensorflowOnCuda, 'engine tensorflow: asked for'],
  [{ engine: 'tensorflow', device: 'cuda' }, all, tensorflowOnCuda, 'engine tensorflow: asked for'],
  [{ engine: 'tensorflow', device: 'cpu' }, all, tensorflowOnCpu, 'engine tensorflow: asked for'],
  [{ engine: 'tensorflow' }, { gpu: 'usable', cpu: 'usable' }, tensorflowOnCpu, 'engine tensorflow: asked for'],
  [{ engine: 'tensorflow' }, { gpu: 'noCuda', cpu: 'usable', device: 'visible' }, tensorflowOnCpu, expect.any(String)],
  [{ engine: 'reference' }, all, reference, 'engine reference: asked for'],
  [{ engine: 'reference', device: 'cpu' }, {}, reference, 'engine reference: asked for'],
])('%o on a machine with %o', (settings, given, [engine, device, name], why) => {
  const record = machine(given)
  const choice = chooseEngine(settings, record)
  expect(choice).toEqual({
    chosen: { engine, device, package: name, version: expect.any(String), folder: expect.any(String), why },
  })
})

const install =
  'Install it with `npm install @tensorflow/tfjs-node@4.22.0` (downloads about 400 MB; needs Node 22 or older).'
const installGpu =
  'Install it with `npm install @tensorflow/tfjs-node-gpu@4.22.0` (downloads several hundred MB; needs Node 22 or older, CUDA 11 and cuDNN 8).'
const instead = 'Or set `engine: auto`, which runs on ONNX Runtime and needs nothing more.'
const driver = 'Install the driver of an NVIDIA GPU (in a container: let it see the device, `--gpus all`).'
const path = 'put the folder of their libraries on LD_LIBRARY_PATH (on Windows: PATH).'
const cudaForTensorflow = `Install CUDA 11 (11.2 or newer) and cuDNN 8, and ${path}`
const provider =
  'Fetch it with `npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12` (needs CUDA 12 and cuDNN 9).'
const onCpu = 'Or set `device: cpu`.'

describe('an engine that cannot be had is refused, with the remedy', () => {
  const tf = 'The engine `tensorflow` cannot be used:'
  test.each<[string, EngineSettings['device'], Machine, string, string]>([
    [
      'engine-not-installed',
      'auto',
      {},
      `it needs \`${gpu}\` or \`${cpu}\`; neither is installed.`,
      `${install} ${instead}`,
    ],
    [
      'engine-not-usable',
      'auto',
      { cpu: 'old' },
      `its package \`${cpu}\`: version 4.20.0 is installed, of which only 4.22.0 works here.`,
      `Install that one with \`npm install ${cpu}@4.22.0\`. ${instead}`,
    ],
    [
      'engine-not-usable',
      'auto',
      { cpu: 'tooNew' },
      `its package \`${cpu}\`: version 4.22.0 is installed, which fails on Node 24.1.0.`,
      `Run this with Node 22 or older. ${instead}`,
    ],
    [
      'engine-not-usable',
      'auto',
      { cpu: 'noAddon', gpu: 'usable' },
      `its package \`${cpu}\`: version 4.22.0 is installed without its native addon: its install script did not run, or failed.`,
      `Run the script with \`npm rebuild ${cpu}\`, and see what it says. ${instead}`,
    ],
    [
      'engine-not-usable',
      'cpu',
      { cpu: 'noTensorflow' },
      `its package \`${cpu}\`: version 4.22.0 is installed, but not found: libtensorflow.`,
      `Fetch it with \`npm rebuild ${cpu}\`, and see what it says. ${instead}`,
    ],
    [
      'engine-not-usable',
      'auto',
      { gpu: 'noCuda', device: 'visible' },
      `its package \`${gpu}\`: version 4.22.0 is installed, but not found: libcudart.so.11.0, libcudnn.so.8.`,
      `${cudaForTensorflow} ${instead}`,
    ],
    [
      'engine-not-installed',
      'auto',
      { gpu: 'usable' },
      `\`${gpu}\` needs a CUDA device, but no CUDA device is visible; on the CPU it needs \`${cpu}\`.`,
      `${install} ${instead}`,
    ],
    [
      'engine-not-installed',
      'cpu',
      { gpu: 'usable', device: 'visible' },
      `\`${gpu}\` needs a CUDA device, but the setting is \`device: cpu\`; on the CPU it needs \`${cpu}\`.`,
      `${install} ${instead}`,
    ],
  ])('%s: device %s with %o', (code, device, given, message, hint) => {
    expect(chooseEngine({ engine: 'tensorflow', device }, machine(given))).toEqual({
      problem: { code, at: '/engine', message: `${tf} ${message}`, hint },
    })
  })

  test.each<[EngineSettings['engine'], Machine, string, string]>([
    ['tensorflow', { gpu: 'usable', cpu: 'usable' }, 'no CUDA device is visible.', `${driver} ${onCpu}`],
    [
      'tensorflow',
      { gpu: 'usable', device: 'hidden' },
      'CUDA_VISIBLE_DEVICES is "-1", which hides every CUDA device.',
      `Unset CUDA_VISIBLE_DEVICES, or set it to the number of a device. ${onCpu}`,
    ],
    ['tensorflow', { cpu: 'usable', device: 'visible' }, `\`${gpu}\`: not installed.`, `${installGpu} ${onCpu}`],
    [
      'tensorflow',
      { gpu: 'noCuda', device: 'visible' },
      `\`${gpu}\`: version 4.22.0 is installed, but not found: libcudart.so.11.0, libcudnn.so.8.`,
      `${cudaForTensorflow} ${onCpu}`,
    ],
    ['onnx', { provider: 'usable' }, 'no CUDA device is visible.', `${driver} ${onCpu}`],
    ['onnx', { device: 'visible' }, "ONNX Runtime's CUDA provider is not installed.", `${provider} ${onCpu}`],
    [
      'onnx',
      { provider: 'noCuda', device: 'visible' },
      "ONNX Runtime's CUDA provider is installed, but not found: libcudnn.so.9.",
      `Install CUDA 12 and cuDNN 9, and ${path} ${onCpu}`,
    ],
    [
      'onnx',
      { provider: 'elsewhere', device: 'visible' },
      "ONNX Runtime's npm package has no CUDA provider for darwin/arm64, but for linux/x64 alone.",
      `Use Linux on x64 (on Windows: WSL). ${onCpu}`,
    ],
    ['auto', {}, 'no CUDA device is visible.', `${driver} ${onCpu}`],
    [
      'auto',
      { gpu: 'noAddon', device: 'visible' },
      `\`${gpu}\`: version 4.22.0 is installed without its native addon: its install script did not run, or failed; ONNX Runtime's CUDA provider is not installed.`,
      `Run the script with \`npm rebuild ${gpu}\`, and see what it says. Or: ${provider} ${onCpu}`,
    ],
  ])('%s with device cuda and %o', (engine, given, message, hint) => {
    const subject = engine === 'auto' ? 'No engine can' : `The engine \`${engine}\` cannot`
    expect(chooseEngine({ engine, device: 'cuda' }, machine(given))).toEqual({
      problem: {
        code: 'device-not-usable',
        at: '/device',
        message: `${subject} use \`device: cuda\`; ${message}`,
        hint,
      },
    })
  })

  it('reference with device cuda', () => {
    expect(chooseEngine({ engine: 'reference', device: 'cuda' }, machine(all))).toEqual({
      problem: {
        code: 'device-not-usable',
        at: '/device',
        message: 'The engine `reference` cannot use `device: cuda`; it is plain JavaScript, which runs on the CPU.',
        hint: 'Set `engine: auto`, `onnx` or `tensorflow`, or `device: cpu`.',
      },
    })
  })
})

describe('a CUDA device that lies idle', () => {
  it('is told of in one line, with what to install', () => {
    for (const settings of [{ engine: 'auto' }, { engine: 'tensorflow', device: 'auto' }] as const)
      expect(idleDevice(settings, machine({ cpu: 'usable', device: 'visible' }))).toEqual({
        code: 'device-idle',
        message:
          'A CUDA device is there (/dev/nvidia0), but no engine can use it, and the CPU computes. `@tensorflow/tfjs-node-gpu`: not installed.',
        hint: `${installGpu} With \`device: cpu\` nothing is said.`,
      })
  })

  it('is told of where ONNX Runtime could use it, if asked', () => {
    expect(idleDevice({ engine: 'auto' }, machine({ provider: 'usable', device: 'visible' }))).toEqual({
      code: 'device-idle',
      message:
        "A CUDA device is there (/dev/nvidia0), and the CPU computes: ONNX Runtime's CUDA provider is taken only where it is asked for.",
      hint: 'Set `engine: onnx` and `device: cuda`. With `device: cpu` nothing is said.',
    })
  })

  test.each<[EngineSettings, Machine]>([
    [{ engine: 'auto' }, {}],
    [{ engine: 'auto' }, { device: 'hidden' }],
    [{ engine: 'auto' }, { gpu: 'usable', device: 'visible' }],
    [
      { engine: 'auto', device: 'cpu' },
      { provider: 'usable', device: 'visible' },
    ],
    [{ engine: 'auto', device: 'cpu' }, { device: 'visible' }],
    [{ engine: 'onnx' }, { device: 'visible' }],
    [{ engine: 'reference' }, { device: 'visible' }],
  ])('is not told of with %o and %o', (settings, given) => {
    expect(idleDevice(settings, machine(given))).toBe(undefined)
  })
})

describe('a stage that computes', () => {
  const here = lookFrom()

  it('puts engine, device and version into its key, and opens just that', () => {
    const key = engineInKey({ engine: 'reference' }, here)
    expect(key).toEqual({
      engine: 'reference',
      device: 'cpu',
      package: '@tensorflow/tfjs-backend-cpu',
      version: '4.22.0',
    })
    const found = { version: '4.22.0', folder: '/there' }
    expect(plannedEngine({ engine: 'auto' }, { ...key, engine: 'onnx' }, () => found)).toEqual({
      ...key,
      engine: 'onnx',
      folder: '/there',
      why: 'engine onnx: `auto` takes ONNX Runtime, which comes with this package',
    })
  })

  it('is warned of a device that lies idle', () => {
    const withDevice = { ...here, list: (path: string) => (path === '/dev' ? ['nvidia0'] : here.list(path)) }
    const { CUDA_VISIBLE_DEVICES: before } = process.env
    delete process.env.CUDA_VISIBLE_DEVICES
    try {
      expect(checkEngine({ engine: 'auto' }, withDevice)).toEqual([
        {
          code: 'device-idle',
          severity: 'warning',
          at: '/engine',
          message: expect.stringMatching(/^A CUDA device is there \(\/dev\/nvidia0\), but no engine can use it/),
          hint: expect.any(String),
        },
      ])
    } finally {
      if (before !== undefined) process.env.CUDA_VISIBLE_DEVICES = before
    }
  })

  it('is told what is wrong before it runs', () => {
    const [problem] = checkEngine({ engine: 'reference', device: 'cuda' }, here)
    expect(problem).toMatchObject({ code: 'device-not-usable', at: '/device' })
  })
})

test('tensorflow without its package cannot be opened', async () => {
  const error = await openBackend('tensorflow').catch((error: unknown) => error)
  expect(isTensorError(error) && error.problem.code).toBe('engine-not-installed')
})

test('tensorflow whose package is broken says where, and what to do', async () => {
  const engine = { engine: 'tensorflow', device: 'cpu', package: cpu, version: '4.22.0', why: '' } as const
  const error = await openBackend({ ...engine, folder: '/nowhere/tfjs-node' }).catch((error: unknown) => error)
  expect(isTensorError(error) && error.problem).toEqual({
    code: 'engine-failed',
    message: expect.stringMatching(
      /^The engine `tensorflow` could not be loaded from \/nowhere\/tfjs-node: Cannot find module '\/nowhere\/tfjs-node'/,
    ),
    hint: 'Install the package again with a Node version that it supports (22 or older), or set `engine: auto`.',
  })
})

test('onnx on CUDA without its provider says what it lacks', async () => {
  const engine = { engine: 'onnx', device: 'cuda', package: 'onnxruntime-node', version: '1.30.0', why: '' } as const
  const { backend } = await openBackend(engine)
  const program = backend.compile(({ x }) => ({ y: x! }), { x: { shape: [1], dtype: 'float32' } })
  const error = await program.catch((error: unknown) => error)
  expect(isTensorError(error) && error.problem).toEqual({
    code: 'engine-failed',
    message:
      'ONNX Runtime could not be opened with its CUDA provider: OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    hint: 'Set `device: cpu`; `sluice engines` says what CUDA lacks here.',
  })
})
