import { type FormatOptions, formatDiagnostic } from '../diagnostic/format.ts'
import { clean, cleanDiagnostic } from './clean.ts'
import { fold } from './fold.ts'
import { duration, score, size } from './human.ts'
import type { ReportOptions, Suggest } from './report.ts'
import { fittedTable } from './table.ts'
import type { ProblemEvent, RunView, StageView } from './view.ts'

/** What people read for a stage's status. */
export const statusText: Readonly<Record<StageView['status'], string>> = {
  pending: 'not run',
  waiting: 'not run',
  started: 'stopped',
  ran: 'ran',
  cached: 'reused',
  failed: 'failed',
  interrupted: 'interrupted',
  skipped: 'skipped',
}

/** The lines after the stages, as there is room for them: the table, the scores, and after a good run what to try next. */
export const closingLines = (view: RunView, width: number, suggest?: Suggest): string[] => {
  if (view.stages.size === 0) return []
  const stages = [...view.stages.values()]
  const rows = stages.map(stage => [
    stage.name,
    statusText[stage.status],
    stage.ms === undefined ? '' : duration(stage.ms),
    stage.bytes === undefined ? '' : size(stage.bytes),
  ])
  const lines = ['', ...fittedTable([['stage', 'status', 'time', 'size'], ...rows], width, [2, 3])]
  lines.push(...skippedLines(stages).flatMap(line => fold(line, width, '  ')))
  if (view.results.length > 0) lines.push('', ...view.results.map(each => clean(`${each.name} ${score(each.value)}`)))
  const next = view.status === 'done' ? (suggest?.(stages) ?? []) : []
  if (next.length > 0) lines.push('', ...next)
  return lines
}

export const interruptedText = 'Interrupted. Finished results are kept: run the same command again to go on.'

/** What could not run, by the stage whose failure is the reason. */
const skippedLines = (stages: readonly StageView[]): string[] => {
  const lines = stages.flatMap(({ name, status }) => {
    const skipped = stages.filter(each => each.status === 'skipped' && each.reason === `${name} failed`)
    if (status !== 'failed' || skipped.length === 0) return []
    return [`Skipped because ${name} failed: ${skipped.map(each => each.name).join(', ')}`]
  })
  return lines.length > 0 ? ['', ...lines] : []
}

/** Why the run did not end well; empty where it did. */
export const problemText = (
  view: RunView,
  { cell, ...options }: FormatOptions & Pick<ReportOptions, 'cell'>,
): string => {
  // Which of several it was that went wrong.
  const several = new Set(view.problems.map(({ stage }) => stage)).size > 1
  const texts = view.problems.map(problem => {
    const lines = problemLines(problem, options)
    return several && problem.event === 'diagnostic' && problem.stage !== undefined
      ? `${problem.stage} failed:\n${lines}`
      : lines
  })
  if (view.status === 'interrupted' && !cell) texts.push(interruptedText)
  return texts.join('\n\n')
}

const problemLines = (problem: ProblemEvent, options: FormatOptions): string =>
  problem.event === 'diagnostic'
    ? formatDiagnostic(cleanDiagnostic(problem.diagnostic), options)
    : [
        `error: stage '${problem.stage}' failed in a way that it did not foresee: ${clean(problem.message)}`,
        clean(problem.stack),
        "This is a bug, not a mistake in the pipeline. Please report it to the stage's author, with these lines.",
      ].join('\n')
