/** Something that stops a training run and that the user can do something about. */
export interface TrainingProblem {
  readonly code: string
  /** What was expected and what was found. */
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
}

const tag = Symbol.for('sluice.trainingError')
export type TrainingError = Error & { readonly [tag]: true; readonly problem: TrainingProblem }

/** The error that carries this problem. */
export const trainingError = (problem: TrainingProblem): TrainingError =>
  Object.assign(new Error(problem.message), { [tag]: true as const, problem })

/** True for errors made by `trainingError`, in any copy of this package. */
export const isTrainingError = (error: unknown): error is TrainingError =>
  typeof error === 'object' && error !== null && tag in error
