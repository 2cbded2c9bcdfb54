import { stageError } from '../plugin/stage-error.ts'
import { answerQuestions } from '../squad/answer-questions.ts'
import { datasetOf } from '../squad/dataset.ts'
import type { Examples } from '../squad/examples.ts'
import { makeWindows } from '../squad/make-windows.ts'
import { packWindows } from '../squad/pack-windows.ts'
import { tokenizeExamples } from '../squad/tokenize-examples.ts'
import { defaultWindowSettings, type WindowSettings } from '../squad/window-layout.ts'
import { isTensorError } from '../tensor/tensor-error.ts'
import { openModel } from '../training/standing-thread.ts'
import { isTrainingError } from '../training/training-error.ts'
import type { Answer, Question, Reader, ReaderSettings } from './answering.types.ts'
import { inferInTurns } from './infer-in-turns.ts'
import { type ReadModel, readFolder } from './read-folder.ts'

/**
 * Opens a model folder in Hugging Face form, to answer one set of questions after the other: as the stages `read` to
 * `predict` do with a file of them, through the same functions.
 * @param say which engine was taken, and why
 * @throws stageError
 */
export async function openReader(
  folder: string,
  settings: ReaderSettings = {},
  say?: (message: string) => void,
): Promise<Reader> {
  const model = await readFolder(folder, settings.do_lower_case)
  const windowSettings = windowSettingsOf(settings, model)
  const { n_best_size = 20, max_answer_length = 30, null_score_diff_threshold = 0, batch_size = 8 } = settings
  const decoding = { n_best_size, max_answer_length, null_score_diff_threshold }
  const { config, weights, vocabulary, do_lower_case } = model
  const { engine = 'auto', threads } = settings
  const opened = await openModel({ config, weights, engine, threads }, say).catch(thrown)
  return {
    async answer(questions, signal) {
      const examples = examplesOf(questions, settings.version_2_with_negative ?? false)
      const { pieces } = await tokenizeExamples(examples, vocabulary, do_lower_case)
      const { windows } = makeWindows(pieces, windowSettings)
      const logits = await inferInTurns(opened, datasetOf(packWindows(windows)), batch_size, signal).catch(thrown)
      const { answers, nbest, null_odds } = await answerQuestions(examples, windows, logits, decoding, signal)
      return examples.ids.map((id, at): Answer | undefined => {
        if (windows.first_window[at] === windows.first_window[at + 1]) return undefined
        const [answer, list, odds] = [answers.get(id)!, nbest.get(id)!, null_odds?.get(id)]
        const probability = list.find(({ text }) => text === answer)!.probability
        return { answer, probability, nbest: list, ...(odds !== undefined && { null_odds: odds }) }
      })
    },
    close: () => opened.close(),
  }
}

function windowSettingsOf(settings: ReaderSettings, { positions, vocabulary }: ReadModel): WindowSettings {
  const { max_seq_length: most, doc_stride, max_query_length } = defaultWindowSettings
  const max_seq_length = settings.max_seq_length ?? Math.min(most, positions)
  if (max_seq_length > positions)
    throw stageError({
      code: 'windows-too-long',
      message: `\`max_seq_length\` is ${max_seq_length}, but the model has only ${positions} positions.`,
      hint: `Set it to at most ${positions}.`,
    })
  return {
    ...defaultWindowSettings,
    max_seq_length,
    doc_stride: settings.doc_stride ?? doc_stride,
    max_query_length: settings.max_query_length ?? max_query_length,
    pad_token: vocabulary.ids.get('[PAD]')!,
  }
}

/** Questions as `read` makes examples of them. A context that is asked about several times in a row stands once. */
function examplesOf(questions: readonly Question[], version_2_with_negative: boolean): Examples {
  const contexts: string[] = []
  const context = new Int32Array(questions.length)
  questions.forEach((each, at) => {
    if (contexts.at(-1) !== each.context) contexts.push(each.context)
    context[at] = contexts.length - 1
  })
  const none = () => new Int32Array(questions.length).fill(-1)
  return {
    for: 'evaluation',
    version_2_with_negative,
    contexts,
    context,
    ids: questions.map((_, at) => `${at + 1}`),
    questions: questions.map(({ question }) => question),
    answers: questions.map(() => []),
    start_word: none(),
    end_word: none(),
    is_impossible: new Uint8Array(questions.length),
  }
}

/** What the user can mend, as the errors of stages are; everything else as it is. */
const thrown = (error: unknown): never => {
  throw isTrainingError(error) || isTensorError(error) ? stageError(error.problem) : error
}
