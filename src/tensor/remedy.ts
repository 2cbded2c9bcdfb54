import {
  type EngineRecord,
  type PackageState,
  type ProviderState,
  type TensorflowPackage,
  tensorflowVersion as version,
} from './probe/record.ts'

/** What is found of a part, and how to mend it where it is not usable. */
export interface Finding {
  readonly found: string
  readonly remedy?: string
}

/** What is found of a TensorFlow package. */
export function packageFinding(name: TensorflowPackage, state: PackageState): Finding {
  const gpu = name === '@tensorflow/tfjs-node-gpu'
  switch (state.is) {
    case 'absent':
      return {
        found: 'not installed',
        remedy: `Install it with \`npm install ${name}@${version}\` (downloads ${gpu ? 'several hundred' : 'about 400'} MB; needs Node 22 or older${gpu ? ', CUDA 11 and cuDNN 8' : ''}).`,
      }
    case 'other-version':
      return {
        found: `version ${state.version} is installed, of which only ${version} works here`,
        remedy: `Install that one with \`npm install ${name}@${version}\`.`,
      }
    case 'node-too-new':
      return {
        found: `version ${state.version} is installed, which fails on Node ${state.node}`,
        remedy: 'Run this with Node 22 or older.',
      }
    case 'no-addon':
      return {
        found: `version ${state.version} is installed without its native addon: its install script did not run, or failed`,
        remedy: `Run the script with \`npm rebuild ${name}\`, and see what it says.`,
      }
    case 'no-libraries': {
      const found = `version ${state.version} is installed, but not found: ${state.missing.join(', ')}`
      return state.missing.includes('libtensorflow')
        ? { found, remedy: `Fetch it with \`npm rebuild ${name}\`, and see what it says.` }
        : { found, remedy: `Install CUDA 11 (11.2 or newer) and cuDNN 8, and ${onThePath}.` }
    }
    case 'usable':
      return { found: `version ${state.version} is installed` }
  }
}

/** What is found of ONNX Runtime's CUDA provider. */
export function providerFinding(state: ProviderState): Finding {
  switch (state.is) {
    case 'other-platform':
      return {
        found: `ONNX Runtime's npm package has no CUDA provider for ${state.platform}, but for linux/x64 alone`,
        remedy: 'Use Linux on x64 (on Windows: WSL).',
      }
    case 'absent':
      return {
        found: "ONNX Runtime's CUDA provider is not installed",
        remedy:
          'Fetch it with `npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12` (needs CUDA 12 and cuDNN 9).',
      }
    case 'no-libraries':
      return {
        found: `ONNX Runtime's CUDA provider is installed, but not found: ${state.missing.join(', ')}`,
        remedy: `Install CUDA 12 and cuDNN 9, and ${onThePath}.`,
      }
    case 'usable':
      return { found: "ONNX Runtime's CUDA provider is installed" }
  }
}

const onThePath = 'put the folder of their libraries on LD_LIBRARY_PATH (on Windows: PATH)'

/** What is found of a CUDA device. */
export function deviceFinding({ cuda }: EngineRecord): Finding {
  switch (cuda.is) {
    case 'visible':
      return { found: `a CUDA device is there (${cuda.by})` }
    case 'hidden':
      return {
        found: `CUDA_VISIBLE_DEVICES is "${cuda.value}", which hides every CUDA device`,
        remedy: 'Unset CUDA_VISIBLE_DEVICES, or set it to the number of a device.',
      }
    case 'absent':
      return {
        found: 'no CUDA device is visible',
        remedy: 'Install the driver of an NVIDIA GPU (in a container: let it see the device, `--gpus all`).',
      }
  }
}
