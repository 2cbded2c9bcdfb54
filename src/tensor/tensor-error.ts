export type TensorErrorCode =
  | 'engine-not-installed'
  | 'engine-not-usable'
  | 'engine-failed'
  | 'device-not-usable'
  | 'device-idle'
  | 'feeds-mismatch'
  | 'trace-read'
  | 'trace-kernel'
  | 'trace-foreign-tensor'
  | 'trace-large-constant'
  | 'trace-nested'

/** A mistake in the use of the tensor room, or a machine that lacks what was asked for. */
export interface TensorProblem {
  readonly code: TensorErrorCode
  /** What was expected and what was found. */
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
}

const tag = Symbol.for('sluice.tensorError')
export type TensorError = Error & { readonly [tag]: true; readonly problem: TensorProblem }

/** The error that carries this problem. */
export const tensorError = (problem: TensorProblem): TensorError =>
  Object.assign(new Error([problem.message, problem.hint].filter(Boolean).join(' ')), {
    [tag]: true as const,
    problem,
  })

/** True for errors made by `tensorError`, in any copy of this package. */
export const isTensorError = (error: unknown): error is TensorError =>
  typeof error === 'object' && error !== null && tag in error
