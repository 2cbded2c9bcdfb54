// Light on purpose: the tensor libraries are loaded by the training thread alone.

export { nameOf as checkpointName } from './checkpoint-name.ts'
export { lackOfSpace } from './checkpoint-space.ts'
export { type CurvePoint, curveOf, tagged } from './curve.ts'
export { mostKept } from './kept-checkpoints.ts'
export { openRunFolder, type RunFolder } from './run-folder.ts'
export type { StepPlan } from './schedule.ts'
export { checkWarmup, learningRates, planSteps } from './schedule.ts'
export { openModel } from './standing-thread.ts'
export { infer, train } from './thread.ts'
export type * from './training.types.ts'
export type { TrainingError, TrainingProblem } from './training-error.ts'
export { isTrainingError, trainingError } from './training-error.ts'
