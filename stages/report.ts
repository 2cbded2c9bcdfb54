import { mkdir, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { count, defineStage, optional, type Problem, RunRecord, type Static, stageError, Type } from 'sluice'
import { flush, TrainingLog, writeRefusals } from 'sluice/model'
import {
  BY_COMMAND,
  fitPage,
  followQuestions,
  PAGE_MARK,
  type Scores,
  type Shown,
  type Summary,
  thinLog,
} from 'sluice/page'
import {
  byAnswerLength,
  byContextLength,
  byQuestionKind,
  Examples,
  expectSameQuestions,
  Metrics,
  Predictions,
  type QuestionGroup,
  type QuestionScores,
  questionKind,
  questionScores,
  scoresByGroup,
  scoresOf,
  thresholdCurve,
  Windows,
  windowStatistics,
} from 'sluice/squad'

export { comparisonPage } from 'sluice/page'

/** Points of a curve: more would not be seen. */
const CURVE_POINTS = 1000

const config = Type.Object({
  output_file: Type.Location({
    output: true,
    description: 'The HTML file. One that this stage wrote is replaced, another one is not.',
    examples: ['./out/report.html'],
  }),
  title: Type.String({
    default: '',
    description: 'What stands above the report; by default the name of the pipeline.',
  }),
  bootstrap_resamples: Type.Integer({
    minimum: 100,
    default: 2000,
    description: 'How often the questions are drawn again to see how certain a score is.',
  }),
  seed: Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, default: 42, description: 'Decides these draws.' }),
})

const inputs = {
  run: optional(RunRecord),
  log: optional(TrainingLog),
  predictions: optional(Predictions),
  examples: optional(Examples),
  windows: optional(Windows),
  metrics: optional(Metrics),
}

export default defineStage({
  name: 'report',
  version: 1,
  summary:
    'Writes one HTML file to look at: how the pipeline ran and trained, how good the answers are, and each of them.',
  config,
  inputs,
  effect: true,
  resources: { blocking: true },

  check({ config: { output_file }, facts, probe, forbidden }) {
    const problems: Problem[] = []
    const problem = (code: string, message: string, hint: string) =>
      problems.push({ code, at: '/output_file', message, hint })
    const own = forbidden.find(({ path }) => path === output_file)
    const kind = probe.kind(output_file)
    if (own)
      problem(
        'output-forbidden',
        `A report cannot be written to ${output_file}: ${own.why}.`,
        'Name a file of its own.',
      )
    else if (kind === 'folder' || kind === 'other')
      problem(
        'output-not-a-file',
        `Expected a file, or nothing yet; ${output_file} is a ${kind === 'folder' ? 'folder' : 'device'}.`,
        `Name a file in it: ${join(output_file, 'report.html')}.`,
      )
    else if (kind === 'file' && !probe.text(output_file)?.startsWith(PAGE_MARK))
      problem(
        'output-not-ours',
        `Expected nothing at ${output_file}, or a report that this stage wrote; found another file.`,
        'Name another file, or move that one away.',
      )
    if (facts.predictions && !facts.examples)
      problems.push({
        code: 'no-examples',
        message:
          'Expected examples beside the predictions: questions and passages are shown with the answers; found none.',
        hint: 'Name the stage that reads them, for example `from: { examples: read-dev }`.',
      })
    return problems
  },

  async run({ config, inputs, wrote, log }) {
    const { run, windows, examples, predictions } = inputs
    if (windows && examples) expectSameQuestions(windows, examples)
    const shown = examples && predictions && shownQuestions(examples, predictions, windows, run)
    const title = config.title || (run ? `Report: ${run.pipeline}` : 'Report')
    const summary: Summary = {
      title,
      ...(run && { run }),
      ...(inputs.log && { log: thinLog(inputs.log, CURVE_POINTS) }),
      ...(shown?.scores && { scores: allScores(config, shown, shown.scores, inputs) }),
      ...(windows && { windows: windowStatistics(windows) }),
      left_out: shown ? leftOut(shown) : [],
    }
    const page = fitPage(summary, shown)
    await writeWhole(config.output_file, page)
    await wrote(config.output_file)
    log.result('report', config.output_file)
    log.info(
      `${count(shown?.examples.ids.length ?? 0, 'question')} in ${(Buffer.byteLength(page) / 1e6).toFixed(2)} MB`,
    )
    return {}
  },
})

/** What is shown of each question. A test set, which is published without answers, has no scores. */
function shownQuestions(
  examples: Examples,
  predictions: Predictions,
  windows: Windows | undefined,
  run: RunRecord | undefined,
): Shown {
  const v2 = examples.version_2_with_negative
  if (v2 !== predictions.version_2_with_negative)
    throw stageError({
      code: 'version-mismatch',
      message: `The predictions were made with version_2_with_negative: ${!v2}, the examples were read with version_2_with_negative: ${v2}.`,
      hint: 'Take both from the same `read` stage.',
    })
  const isScored = v2 || examples.answers.every(all => all.length > 0)
  return {
    examples,
    predictions,
    scores: isScored ? questionScores(examples, predictions) : undefined,
    kinds: examples.questions.map(questionKind),
    followed: windows && followQuestions(examples, windows, run),
  }
}

/** What cannot be shown, whatever there is room for. */
const leftOut = ({ scores, followed }: Shown): string[] => [
  ...(scores ? [] : ['Scores: not every question has an accepted answer to compare with.']),
  ...(followed ? [] : [`No question's whole way is told: the report was given no windows. ${BY_COMMAND}`]),
]

function allScores(
  { bootstrap_resamples: resamples, seed }: Static<typeof config>,
  { examples, predictions }: Shown,
  scores: QuestionScores,
  { metrics, run }: { readonly metrics?: Metrics | undefined; readonly run?: RunRecord | undefined },
): Scores {
  const threshold = thresholdOf(run)
  const grouped = (groups: readonly QuestionGroup[]) => scoresByGroup(scores, groups, { resamples, seed })
  const members = examples.ids.map((_, index) => index)
  const groups = [
    ...(examples.version_2_with_negative
      ? [{ title: 'By whether there is an answer', groups: byAnswer(examples) }]
      : []),
    { title: 'By what is asked for', groups: byQuestionKind(examples) },
    { title: 'By the length of the answer', groups: byAnswerLength(examples) },
    { title: 'By the length of the passage', groups: byContextLength(examples) },
  ]
  return {
    metrics: metrics ? scoresOf(metrics) : {},
    resamples,
    all: grouped([{ label: 'all', members }])[0]!,
    groups: groups.map(({ title, groups }) => ({ title, scores: grouped(groups) })),
    thresholds: thresholdCurve(examples, predictions),
    ...(threshold !== undefined && { threshold }),
  }
}

/** The threshold that the answers were given by, where the run tells of one stage alone that has such a parameter. */
function thresholdOf(run: RunRecord | undefined): number | undefined {
  const found = run?.stages.filter(({ uses }) => uses === 'predict').map(each => each.config.null_score_diff_threshold)
  return found?.length === 1 && typeof found[0] === 'number' ? found[0] : undefined
}

/** As the official script of v2.0 names them. */
function byAnswer({ answers }: Examples): QuestionGroup[] {
  const indexes = answers.map((_, index) => index)
  return [
    { label: 'HasAns', members: indexes.filter(index => answers[index]!.length > 0) },
    { label: 'NoAns', members: indexes.filter(index => answers[index]!.length === 0) },
  ].filter(({ members }) => members.length > 0)
}

/** Writes a file that is whole whenever it is there. */
async function writeWhole(path: string, text: string) {
  const partial = join(dirname(path), `.${basename(path)}.sluice-partial`)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(partial, text)
    await flush(partial)
    await rename(partial, path)
  } catch (error) {
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
    if (reason === undefined) throw error
    throw stageError({
      code: 'output-not-writable',
      message: `The report could not be written to ${path}: ${reason}.`,
      hint: 'Name another file; all else is kept, and only the report is made again.',
    })
  }
}

const reasons: Readonly<Record<string, string>> = { ...writeRefusals, EEXIST: 'a part of the path is a file' }
