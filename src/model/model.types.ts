/** One named tensor of a network, in float32. */
export interface Weight {
  readonly shape: readonly number[]
  readonly data: Float32Array
}
export type Weights = ReadonlyMap<string, Weight>

/** A network with its weights and what it needs to read text: what `train` makes, `save` writes and `predict` runs. */
export interface Model {
  /** The content of `config.json`; `model_type` chooses the network. */
  readonly config: Readonly<Record<string, unknown>>
  readonly weights: Weights
  readonly tokenizer: {
    /** Tokens by id. */
    readonly vocab: readonly string[]
    readonly do_lower_case: boolean
  }
  /** The settings and the outcome of the training that made it, as `training_args.json` records them. */
  readonly training?: Readonly<Record<string, unknown>>
}
