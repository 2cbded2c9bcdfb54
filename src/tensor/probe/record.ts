import { posix, win32 } from 'node:path'
import { type CudaDevice, cudaDevice, missingLibraries } from './cuda.ts'
import { type Host, thisHost } from './host.ts'
import { forgiving, type InstalledPackage, type Look } from './look.ts'

/** The packages that make the engine `tensorflow`, best first. */
export const tensorflowPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const
export type TensorflowPackage = (typeof tensorflowPackages)[number]

/** Exactly this: another version brings a second copy of TensorFlow.js's core, with engines and kernels of its own. */
export const tensorflowVersion = '4.22.0'

/** What is there of a package with a native library. */
export type PackageState =
  | { readonly is: 'absent' }
  | (InstalledPackage & { readonly is: 'other-version' })
  /** It is there, and fails on this version of Node. */
  | (InstalledPackage & { readonly is: 'node-too-new'; readonly node: string })
  /** Its install script did not run, or failed. */
  | (InstalledPackage & { readonly is: 'no-addon' })
  /** The loader would not find these. */
  | (InstalledPackage & { readonly is: 'no-libraries'; readonly missing: readonly string[] })
  | (InstalledPackage & { readonly is: 'usable' })

/** What is there of ONNX Runtime's CUDA provider. */
export type ProviderState =
  | { readonly is: 'other-platform'; readonly platform: string }
  | { readonly is: 'absent' }
  | { readonly is: 'no-libraries'; readonly missing: readonly string[] }
  | { readonly is: 'usable' }

/** What the choice of an engine depends on: plain data. */
export interface EngineRecord {
  readonly tensorflow: Readonly<Record<TensorflowPackage, PackageState>>
  readonly onnx: InstalledPackage & { readonly cuda: ProviderState }
  readonly reference: InstalledPackage
  readonly cuda: CudaDevice
}

/**
 * Looks at what is there for each engine. It reads names of files and a few small texts, and loads no engine: whether a
 * library works is known only when it is opened.
 */
export function probeEngines(given: Look, host: Host = thisHost()): EngineRecord {
  const look = forgiving(given)
  const state = (name: TensorflowPackage) => packageState(name, look, host)
  const onnx = ours('onnxruntime-node', look)
  return {
    tensorflow: {
      '@tensorflow/tfjs-node-gpu': state('@tensorflow/tfjs-node-gpu'),
      '@tensorflow/tfjs-node': state('@tensorflow/tfjs-node'),
    },
    onnx: { ...onnx, cuda: providerState(onnx.folder, look, host) },
    reference: ours('@tensorflow/tfjs-backend-cpu', look),
    cuda: cudaDevice(look, host),
  }
}

/** The newest major version of Node that tfjs-node 4.22 runs on: it calls functions of `util` that 23 removed. */
const newestNode = 22

const packageState = (name: TensorflowPackage, look: Look, host: Host): PackageState => {
  const { join } = host.platform === 'win32' ? win32 : posix
  const found = look.package(name)
  if (found === undefined) return { is: 'absent' }
  if (found.version !== tensorflowVersion) return { is: 'other-version', ...found }
  if (Number.parseInt(host.node, 10) > newestNode) return { is: 'node-too-new', ...found, node: host.node }
  const [addons, libraries] = [join(found.folder, 'lib', 'napi-v8'), join(found.folder, 'deps', 'lib')]
  if (look.kind(join(addons, 'tfjs_binding.node')) === 'absent') return { is: 'no-addon', ...found }
  const isTensorflow = (file: string) => /^(lib)?tensorflow(_cc)?\.(so|dylib|dll)/.test(file)
  const missing = [...look.list(libraries), ...look.list(addons)].some(isTensorflow) ? [] : ['libtensorflow']
  const cuda = name.endsWith('-gpu') ? (tensorflowCuda[host.platform] ?? []) : []
  const all = [...missing, ...missingLibraries(cuda, [libraries], look, host)]
  return all.length > 0 ? { is: 'no-libraries', ...found, missing: all } : { is: 'usable', ...found }
}

/** What TensorFlow 2.9 opens by name before it takes a device; without one of them it computes on the CPU. */
const tensorflowCuda: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    'libcudart.so.11.0',
    'libcublas.so.11',
    'libcublasLt.so.11',
    'libcufft.so.10',
    'libcurand.so.10',
    'libcusolver.so.11',
    'libcusparse.so.11',
    'libcudnn.so.8',
  ],
  win32: [
    'cudart64_110.dll',
    'cublas64_11.dll',
    'cublasLt64_11.dll',
    'cufft64_10.dll',
    'curand64_10.dll',
    'cusolver64_11.dll',
    'cusparse64_11.dll',
    'cudnn64_8.dll',
  ],
}

/** What ONNX Runtime's CUDA provider is linked with: CUDA 12 and cuDNN 9. */
const providerCuda = [
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcufft.so.11',
  'libcurand.so.10',
  'libcudnn.so.9',
]

/** The provider is in no npm package: the install script of onnxruntime-node fetches it, and on Linux x64 alone. */
const providerState = (folder: string, look: Look, host: Host): ProviderState => {
  const platform = `${host.platform}/${host.arch}`
  if (platform !== 'linux/x64') return { is: 'other-platform', platform }
  const libraries = posix.join(folder, 'bin/napi-v6/linux/x64')
  const parts = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so']
  if (parts.some(part => look.kind(posix.join(libraries, part)) === 'absent')) return { is: 'absent' }
  const missing = missingLibraries(providerCuda, [libraries], look, host)
  return missing.length > 0 ? { is: 'no-libraries', missing } : { is: 'usable' }
}

const ours = (name: string, look: Look): InstalledPackage => {
  const found = look.ourPackage(name)
  if (found === undefined) throw new Error(`${name}, a dependency of this package, is not installed`)
  return found
}
