import type { Tensor } from '@tensorflow/tfjs-core'
import type { Tensors } from '../tensor/backend.types.ts'

export type ModelConfig = Readonly<Record<string, unknown>>

/** One field of a `config.json` that is wrong: its name, and a clause that says what was expected and what was found. */
export interface ConfigProblem {
  readonly field: string
  readonly message: string
}

/** The shape of one weight, and how it starts where nothing is read from a file. */
export interface WeightSpec {
  readonly shape: readonly number[]
  /** `normal`: mean 0, standard deviation `initializer_range`. */
  readonly start: 'normal' | 'ones' | 'zeros'
  /** Whether weight decay shrinks it: biases and LayerNorm are spared, as in BERT's own optimizer. */
  readonly decay: boolean
  /** A row that starts as zeros and gets no gradient: that of the padding token. */
  readonly paddingRow?: number
}
export type WeightSpecs = ReadonlyMap<string, WeightSpec>

/** A batch of token rows. */
export interface TokenBatch {
  /** Each token's row of the word table, float32 `[batch, length, hidden]`. */
  readonly words: Tensor
  /** 1 on real tokens, 0 on padding, int32 `[batch, length]`. */
  readonly mask: Tensor
  /** Segment of each token, int32 `[batch, length]`. */
  readonly segments: Tensor
}

/** The logits of an answer's first and last token, each `[batch, length]`. */
export interface SpanLogits {
  readonly start: Tensor
  readonly end: Tensor
}

/** How large the inputs of a network may be. */
export interface NetworkLimits {
  /** Token ids are below it. */
  readonly vocabulary: number
  /** The longest row. */
  readonly length: number
  /** Segment ids are below it; none: the network does not look at them. */
  readonly segments?: number
}

/** The computing part of a network: plain TensorFlow.js functions. */
export interface NetworkFunctions {
  /**
   * Logits for a batch; `weights` are all but the word table. With `seed` (int32 `[1]`) dropout is on, as the
   * configuration says; one seed always gives the same masks.
   */
  spanLogits(config: ModelConfig, weights: Tensors, batch: TokenBatch, seed?: Tensor): SpanLogits
}

/** A network as the rest of the package knows it. Describing one loads no tensor library; `load` does. */
export interface Network {
  /** What the prefix of its weight names is, where a file may leave it out. */
  readonly prefix: string
  /**
   * The name of the word table, `[vocabulary, hidden]`. Its rows are looked up before the network is called, so that a
   * gradient has the size of the tokens that are there and not of the vocabulary.
   */
  readonly words: string
  /** The prefix of the weights that a pretrained file may lack: those of the task. */
  readonly head: string
  /** The name that `transformers` has for the network with its question-answering head. */
  readonly architecture: string
  /** Everything in a configuration that it cannot compute with. */
  check(config: ModelConfig): readonly ConfigProblem[]
  limits(config: ModelConfig): NetworkLimits
  /** Numbers that one token is on its way through the network, up to a constant: hidden size × layers. */
  tokenSize(config: ModelConfig): number
  /** The fields of a configuration that the limits are. */
  readonly limitFields: Readonly<Record<'vocabulary' | 'length', string>> & { readonly segments?: string }
  /** Names and shapes of its weights, in Hugging Face's order. */
  weights(config: ModelConfig): WeightSpecs
  load(): Promise<NetworkFunctions>
}
