// The public entry `sluice/testing`: for authors of stages, and for our own tests.
export type { FactOptions, RunOptions, StageCheck, StageRun, TestOptions } from './test-stage.ts'
export { checkStage, testStage } from './test-stage.ts'
