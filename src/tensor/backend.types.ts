import type { Tensor } from '@tensorflow/tfjs-core'

export type Engine = 'onnx' | 'tensorflow' | 'reference'
export type EngineChoice = 'auto' | Engine
export type Device = 'cpu' | 'cuda'
export type DeviceChoice = 'auto' | Device

/** An engine that was chosen for this machine: see `chooseEngine`. */
export interface ChosenEngine {
  readonly engine: Engine
  readonly device: Device
  /** The package that computes. */
  readonly package: string
  readonly version: string
  /** Where the package lies; those that are ours need none. */
  readonly folder?: string
  /** For people: which engine was taken, and why. */
  readonly why: string
}

export interface TensorSpec {
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32'
}
export type HostArray = Float32Array | Int32Array
export type Specs = Readonly<Record<string, TensorSpec>>
export type Tensors = Readonly<Record<string, Tensor>>
export type HostArrays = Readonly<Record<string, HostArray>>

/** A function of tensors made ready to run many times with inputs of fixed shapes. */
export interface Program {
  readonly inputs: Specs
  readonly outputs: Specs
  /**
   * Runs once. Arrays in `into` (exact length; views of a larger buffer are fine) receive the outputs of their names;
   * the other outputs get arrays that are made once and overwritten by the next run.
   */
  run(feeds: HostArrays, into?: HostArrays): Promise<HostArrays>
  dispose(): Promise<void>
}

/** An opened engine. */
export interface Backend {
  readonly engine: Engine
  /** For people: `onnx (ONNX Runtime 1.30.0, CPU, 2 threads)`. */
  readonly description: string
  /** Makes `step`, a plain tfjs function, ready for inputs of these shapes; its outputs are found by calling it once. */
  compile(step: (inputs: Tensors) => Tensors, inputs: Specs): Promise<Program>
  dispose(): Promise<void>
}

export interface BackendOptions {
  /** Threads for the numerical kernels; by default one for each core. */
  readonly threads?: number | undefined
}
