// The public entry `sluice/testing`: for authors of stages, and for our own tests.
export type { StageRun, TestOptions } from './test-stage.ts'
export { checkStage, testStage } from './test-stage.ts'
