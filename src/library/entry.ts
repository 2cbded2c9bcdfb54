import type {
  Pipeline,
  PipelineOptions,
  PipelinePlan,
  PlanOptions,
  RunOutcome,
  RunPipelineOptions,
} from './library.types.ts'

// Every stage imports the package's entry: what it takes to plan and run is loaded when it is asked for.

/**
 * Reads a pipeline file, which is looked for as on the command line.
 *
 * @throws a diagnostics error (see `isDiagnosticsError`) where nothing can be made of the file.
 */
export const loadPipeline = async (file: string, options: PipelineOptions = {}): Promise<Pipeline> =>
  (await import('./pipeline.ts')).readPipeline(file, options)

/**
 * Checks a pipeline in whole, and says what a run would do. Runs, changes and fetches nothing.
 *
 * @throws a diagnostics error with all that is wrong.
 */
export const plan = async (pipeline: Pipeline, options: PlanOptions = {}): Promise<PipelinePlan> =>
  (await import('./pipeline.ts')).planPipeline(pipeline, options)

/**
 * Checks a pipeline and runs it: fetches what is not here, makes what is not in the cache.
 *
 * @throws a diagnostics error with all that is wrong, before anything has run.
 */
export const run = async (pipeline: Pipeline, options: RunPipelineOptions = {}): Promise<RunOutcome> =>
  (await import('./pipeline.ts')).runPipeline(pipeline, options)
