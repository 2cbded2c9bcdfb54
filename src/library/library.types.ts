import type { PipelineDocument } from '../config/document.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Source } from '../plan/plan.ts'
import type { ArtifactKind, Json } from '../plugin/artifact.ts'
import type { RunEvent } from '../runner/events.ts'
import type { RunResult } from '../runner/run-plan.ts'
import type { StageState } from '../runner/survey.ts'

export interface PipelineOptions {
  /** Values to change: `{ 'vars.model': './bert', 'stages.train.with.learning_rate': 3e-5 }`. */
  readonly set?: Readonly<Record<string, Json>>
  /** One of the file's `profiles`. */
  readonly profile?: string
  /** Where results are kept, where neither the environment nor a package.json should decide. */
  readonly cacheDir?: string
}

/** A pipeline file that has been read. */
export interface Pipeline {
  /** Its file, and every value in it with its place. */
  readonly document: PipelineDocument
  /** What is wrong with the file itself; `plan` and `run` report it together with all else that is wrong. */
  readonly diagnostics: readonly Diagnostic[]
  /**
   * The cells of its `matrix`, each as the values to `set` for it alone; undefined where there is none, or where `set` has
   * chosen a cell. `plan` and `run` take one cell.
   */
  readonly cells?: readonly Readonly<Record<string, Json>>[]
  readonly cacheDir?: string
}

/** What to run, and what to look at. */
export interface PlanOptions {
  /** This stage and all that need its result; what it needs itself must be in the cache. */
  readonly from?: string
  /** This stage and all that it needs. */
  readonly until?: string
  /** This stage alone; what it needs must be in the cache. */
  readonly only?: string
  /** Stages to run even if nothing changed. */
  readonly force?: readonly string[]
  /** Reads every outside file again; `run` also asks whether what was fetched has changed. */
  readonly rehash?: boolean
}

export interface RunPipelineOptions extends PlanOptions {
  /** Told everything that happens, as it happens. */
  readonly onEvent?: (event: RunEvent) => void
  /** Interrupts the run; what is finished stays in the cache. */
  readonly signal?: AbortSignal
  /** After a failure, go on with the stages that do not need the failed one. */
  readonly keepGoing?: boolean
  /** Stages to run side by side, and cores for them; by default as many as there are. */
  readonly jobs?: number
}

export interface PipelinePlan {
  readonly name: string
  readonly file: string
  /** In the order in which they run; those that the options leave out are not among them. */
  readonly stages: readonly StagePlan[]
  readonly warnings: readonly Diagnostic[]
}

/** What a run would do with one stage; `stage` is its name. */
export interface StagePlan extends StageState {
  readonly uses: string
  /** Checked, defaults filled in, locations absolute. */
  readonly config: Readonly<Record<string, Json>>
  /** By input port. */
  readonly inputs: Readonly<Record<string, Source>>
  /** The stages that must have ended before. */
  readonly after: readonly string[]
}

/** How a run ended. That a stage failed is a result, not an exception. */
export interface RunOutcome {
  readonly status: RunResult['status']
  /** By name, in the order of the plan. */
  readonly stages: Readonly<Record<string, StageOutcome>>
  /** Warnings and mistakes that were told on the way. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface StageOutcome {
  /** `skipped`: it did not start. Of a stage that was left out, what the cache holds is there all the same. */
  readonly status: 'ran' | 'cached' | 'failed' | 'interrupted' | 'skipped'
  /** The key of its result. */
  readonly key?: string
  /** By output port; empty where it has no result. */
  readonly outputs: Readonly<Record<string, StageOutput>>
}

/** One output of a stage, in the cache. */
export interface StageOutput {
  /** The kind of artifact that it is. */
  readonly kind: string
  /** Where it lies: to be read, never changed. */
  readonly folder: string
  /**
   * Reads it. Given its kind (`output.read(Metrics)`), the value is typed.
   *
   * @throws a diagnostics error where it is of another kind, or damaged.
   */
  read(): Promise<unknown>
  read<T>(kind: ArtifactKind<T>): Promise<T>
}
