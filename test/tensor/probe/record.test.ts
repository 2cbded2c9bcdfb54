import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cudaDevice } from '../../../src/tensor/probe/cuda.ts'
import type { Host } from '../../../src/tensor/probe/host.ts'
import { type Look, lookFrom } from '../../../src/tensor/probe/look.ts'
import { probeEngines } from '../../../src/tensor/probe/record.ts'
import { needsTensorflow, tensorflowFolder, withTensorflow } from '../../engines.ts'

const [gpu, cpu] = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const
const { ourPackage } = lookFrom()

type Env = Readonly<Record<string, string>>
type Machine = Host & { readonly env: Env }
const linux: Machine = { platform: 'linux', arch: 'x64', node: '20.11.1', env: {} }
const windows: Machine = { platform: 'win32', arch: 'x64', node: '20.11.1', env: { SystemRoot: 'C:\\Windows' } }

/** A machine on which just these files are, some with a text; a package is there where a file of its folder is. */
const machine = (files: readonly string[], { texts = {}, env = {} }: { texts?: Env; env?: Env } = {}): Look => {
  const paths = [...files, ...Object.keys(texts)].map(path => path.replaceAll('\\', '/'))
  const clean = (path: string) => path.replaceAll('\\', '/')
  return {
    text: path => texts[path],
    kind: path => (paths.includes(clean(path)) ? 'file' : 'absent'),
    list: path =>
      paths.filter(each => dirname(each) === clean(path)).map(each => each.slice(each.lastIndexOf('/') + 1)),
    package: name =>
      paths.some(path => path.startsWith(`/p/${name}/`)) ? { version: '4.22.0', folder: `/p/${name}` } : undefined,
    ourPackage,
    env: name => env[name],
  }
}

const package_ = (name: string, ...files: string[]) => ['package.json', ...files].map(file => `/p/${name}/${file}`)
const addon = 'lib/napi-v8/tfjs_binding.node'
const library = 'deps/lib/libtensorflow.so.2'
const at = (name: string) => ({ version: '4.22.0', folder: `/p/${name}` })
const cuda11 = [
  'libcudart.so.11.0',
  'libcublas.so.11',
  'libcublasLt.so.11',
  'libcufft.so.10',
  'libcurand.so.10',
  'libcusolver.so.11',
  'libcusparse.so.11',
  'libcudnn.so.8',
]
const inFolder = (folder: string, files: readonly string[]) => files.map(file => `${folder}/${file}`)

describe('a TensorFlow package', () => {
  test.each([
    ['is absent', cpu, linux, [], { is: 'absent' }],
    ['has no addon', cpu, linux, package_(cpu, library), { is: 'no-addon', ...at(cpu) }],
    [
      'has no library',
      cpu,
      linux,
      package_(cpu, addon),
      { is: 'no-libraries', ...at(cpu), missing: ['libtensorflow'] },
    ],
    ['is usable', cpu, linux, package_(cpu, addon, library), { is: 'usable', ...at(cpu) }],
    [
      'of another build is usable',
      cpu,
      linux,
      package_(cpu, addon, 'deps/lib/libtensorflow_cc.so.2'),
      { is: 'usable', ...at(cpu) },
    ],
    [
      'on macOS is usable',
      cpu,
      { ...linux, platform: 'darwin' },
      package_(cpu, addon, 'deps/lib/libtensorflow.dylib'),
      { is: 'usable', ...at(cpu) },
    ],
    [
      'on Windows is usable',
      cpu,
      windows,
      package_(cpu, addon, 'lib/napi-v8/tensorflow.dll'),
      { is: 'usable', ...at(cpu) },
    ],
    ['runs on Node 22', cpu, { ...linux, node: '22.9.0' }, package_(cpu, addon, library), { is: 'usable', ...at(cpu) }],
    [
      'fails on Node 23',
      cpu,
      { ...linux, node: '23.0.0' },
      package_(cpu, library),
      { is: 'node-too-new', ...at(cpu), node: '23.0.0' },
    ],
    [
      'for CUDA lacks two of its libraries',
      gpu,
      linux,
      [...package_(gpu, addon, library), ...inFolder('/usr/lib/x86_64-linux-gnu', cuda11.slice(1, -1))],
      { is: 'no-libraries', ...at(gpu), missing: ['libcudart.so.11.0', 'libcudnn.so.8'] },
    ],
    [
      'for CUDA finds its libraries in LD_LIBRARY_PATH and beside itself',
      gpu,
      { ...linux, env: { LD_LIBRARY_PATH: '/none::/opt/cuda/lib' } },
      [
        ...package_(gpu, addon, library),
        ...inFolder('/opt/cuda/lib', cuda11.slice(1)),
        ...inFolder(`/p/${gpu}/deps/lib`, cuda11.slice(0, 1)),
      ],
      { is: 'usable', ...at(gpu) },
    ],
    [
      'for CUDA on Windows lacks one of its libraries',
      gpu,
      { ...windows, env: { Path: 'C:\\cuda;D:\\x' } },
      [
        ...package_(gpu, addon, 'deps/lib/tensorflow.dll'),
        ...[
          'cudart64_110',
          'cublas64_11',
          'cublasLt64_11',
          'cufft64_10',
          'curand64_10',
          'cusolver64_11',
          'cusparse64_11',
        ].map(name => `C:\\cuda\\${name}.dll`),
      ],
      { is: 'no-libraries', ...at(gpu), missing: ['cudnn64_8.dll'] },
    ],
  ] as const)('%s', (_, name, host, files, state) => {
    expect(probeEngines(machine(files, host), host).tensorflow[name]).toEqual(state)
  })

  test('of another version than the one that works is not usable', () => {
    const look = machine(package_(cpu, addon, library))
    const other = { version: '4.20.0', folder: `/p/${cpu}` }
    const { tensorflow } = probeEngines({ ...look, package: name => (name === cpu ? other : undefined) }, linux)
    expect(tensorflow[cpu]).toEqual({ is: 'other-version', ...other })
  })

  test('for CUDA finds its libraries where ld.so.conf says', () => {
    const texts = {
      '/etc/ld.so.conf': 'include /etc/ld.so.conf.d/*.conf\n',
      '/etc/ld.so.conf.d/cuda.conf': '# CUDA\n  /usr/local/cuda/lib64 \n',
    }
    const look = machine([...package_(gpu, addon, library), ...inFolder('/usr/local/cuda/lib64', cuda11)], { texts })
    expect(probeEngines(look, linux).tensorflow[gpu]).toEqual({ is: 'usable', ...at(gpu) })
  })

  test.runIf(withTensorflow)(`that really is there is usable (${needsTensorflow})`, () => {
    const found = probeEngines(lookFrom(tensorflowFolder)).tensorflow[cpu]
    expect(found).toEqual({
      is: 'usable',
      version: '4.22.0',
      folder: join(tensorflowFolder!, 'node_modules', cpu),
    })
  })
})

describe("ONNX Runtime's CUDA provider", () => {
  const bin = `${ourPackage('onnxruntime-node')!.folder}/bin/napi-v6/linux/x64`
  const parts = inFolder(bin, ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'])
  const cuda12 = [
    'libcudart.so.12',
    'libcublas.so.12',
    'libcublasLt.so.12',
    'libcufft.so.11',
    'libcurand.so.10',
    'libcudnn.so.9',
  ]
  test.each([
    ['is not there', linux, [], { is: 'absent' }],
    ['is there in part', linux, parts.slice(0, 1), { is: 'absent' }],
    [
      'lacks cuDNN',
      linux,
      [...parts, ...inFolder('/usr/lib64', cuda12.slice(0, -1))],
      { is: 'no-libraries', missing: ['libcudnn.so.9'] },
    ],
    ['is usable', linux, [...parts, ...inFolder('/usr/lib64', cuda12)], { is: 'usable' }],
    ['is not made for Windows', windows, parts, { is: 'other-platform', platform: 'win32/x64' }],
    ['is not made for Arm', { ...linux, arch: 'arm64' }, parts, { is: 'other-platform', platform: 'linux/arm64' }],
  ] as const)('%s', (_, host, files, cuda) => {
    expect(probeEngines(machine(files), host).onnx).toEqual({ ...ourPackage('onnxruntime-node'), cuda })
  })
})

test.each<[string, Machine, readonly string[], object]>([
  ['no file tells of one', linux, ['/dev/null', '/dev/nvidiactl'], { is: 'absent' }],
  ['the driver has made it', linux, ['/dev/nvidia3', '/dev/nvidiactl'], { is: 'visible', by: '/dev/nvidia3' }],
  [
    'the driver will make it when it is first used',
    linux,
    ['/proc/driver/nvidia/gpus/0000:01:00.0', '/usr/bin/nvidia-modprobe'],
    { is: 'visible', by: '/proc/driver/nvidia/gpus' },
  ],
  ['a container is not given it', linux, ['/proc/driver/nvidia/gpus/0000:01:00.0'], { is: 'absent' }],
  ['WSL lends it', linux, ['/dev/dxg', '/usr/lib/wsl/lib/libcuda.so.1'], { is: 'visible', by: '/dev/dxg' }],
  ["WSL lends another maker's", linux, ['/dev/dxg'], { is: 'absent' }],
  [
    'it is hidden by ""',
    { ...linux, env: { CUDA_VISIBLE_DEVICES: '' } },
    ['/dev/nvidia0'],
    { is: 'hidden', value: '' },
  ],
  [
    'it is hidden by "-1"',
    { ...linux, env: { CUDA_VISIBLE_DEVICES: '-1' } },
    ['/dev/nvidia0'],
    { is: 'hidden', value: '-1' },
  ],
  [
    'one is chosen',
    { ...linux, env: { CUDA_VISIBLE_DEVICES: '0' } },
    ['/dev/nvidia0'],
    { is: 'visible', by: '/dev/nvidia0' },
  ],
  [
    'Windows has the driver',
    windows,
    ['C:\\Windows\\System32\\nvcuda.dll'],
    { is: 'visible', by: 'C:\\Windows\\System32\\nvcuda.dll' },
  ],
  ['Windows has none', windows, [], { is: 'absent' }],
  ['macOS has none', { ...linux, platform: 'darwin' }, ['/dev/nvidia0'], { is: 'absent' }],
])('a CUDA device: %s', (_, host, files, device) => {
  expect(cudaDevice(machine(files, host), host)).toEqual(device)
})

test('what may not be looked at counts as absent', () => {
  const refuses = () => {
    throw new Error('permission is denied')
  }
  const look: Look = {
    text: refuses,
    list: refuses,
    kind: refuses,
    package: () => at(cpu),
    ourPackage,
    env: () => undefined,
  }
  expect(probeEngines(look, linux)).toMatchObject({
    tensorflow: { [cpu]: { is: 'no-addon' } },
    onnx: { cuda: { is: 'absent' } },
    cuda: { is: 'absent' },
  })
})
