export type { PipelineDocument, StageEntry } from './config/document.ts'
export type { Diagnostic, DiagnosticsError, SourceRange } from './diagnostic/diagnostic.ts'
export { isDiagnosticsError } from './diagnostic/diagnostic.ts'
export { loadPipeline, plan, run } from './library/entry.ts'
export type {
  Pipeline,
  PipelineOptions,
  PipelinePlan,
  PlanOptions,
  RunOutcome,
  RunPipelineOptions,
  StageOutcome,
  StageOutput,
  StagePlan,
} from './library/library.types.ts'
export type { ArtifactKind, Json, OptionalKind, Static, TSchema, ValueOf } from './plugin/artifact.ts'
export { defineArtifact, optional } from './plugin/artifact.ts'
export { packFile, unpackFile } from './plugin/codec.ts'
export type { Column, Columns, ColumnTypes } from './plugin/columns.ts'
export { readColumns, writeColumns } from './plugin/columns.ts'
export { count, firstFew } from './plugin/few.ts'
export type { RecordedStage } from './plugin/run-record.ts'
export { RunRecord } from './plugin/run-record.ts'
export { outOfKey, Type } from './plugin/schema.ts'
export type {
  AnyStage,
  CheckContext,
  Fact,
  InstalledPackage,
  Probe,
  Problem,
  Resources,
  RunContext,
  StageDefinition,
} from './plugin/stage.ts'
export { defineStage } from './plugin/stage.ts'
export type {
  CommandContext,
  CommandFlag,
  ComparedResult,
  ComparedRuns,
  ComparisonPage,
  KeptOutput,
  KeptResult,
  MachineCommand,
  ResultsCommand,
  Row,
  Section,
  StageCommand,
  StageComparison,
  Told,
  ToldOfTwo,
  WordStyle,
  Words,
} from './plugin/stage-command.ts'
export type { StageProblem } from './plugin/stage-error.ts'
export { stageError } from './plugin/stage-error.ts'
export type { RunEvent } from './runner/events.ts'
