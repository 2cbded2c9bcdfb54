/** A mistake of the user's that a stage found while running. */
export interface StageProblem {
  readonly code: string
  readonly message: string
  /** The file the mistake is in. */
  readonly file?: string
  /** Where in that file: a JSON pointer, or `line:column`. */
  readonly pointer?: string
  readonly hint?: string
}

const tag = Symbol.for('sluice.stageError')
export type StageError = Error & { readonly [tag]: true; readonly problem: StageProblem }

/** The error to throw for a mistake of the user's; anything else that a stage throws is reported as a bug. */
export const stageError = (problem: StageProblem): StageError =>
  Object.assign(new Error(problem.message), { [tag]: true as const, problem })

/** True for errors made by `stageError`, in any copy of this package. */
export const isStageError = (error: unknown): error is StageError =>
  typeof error === 'object' && error !== null && tag in error
