import {
  defaultWindowSettings,
  type Examples,
  keepQuestions,
  makeWindows,
  parseVocabulary,
  readExamples,
  tokenizeExamples,
  type Vocabulary,
  type WindowSettings,
} from 'sluice/squad'
import { casePath, caseText } from '../squad/case.ts'

const name = '65-resume-gives-the-same-weights'

/** A small model in a folder, its vocabulary, and questions that it can be asked. */
export const smallFolder = casePath(name, 'm')
export const smallVocabulary = parseVocabulary(caseText(name, 'm', 'vocab.txt'))

/** The first of the questions, read to be answered. */
export const smallQuestions = (first: number, version_2_with_negative = false): Examples =>
  keepQuestions(
    readExamples(
      JSON.parse(caseText(name, 'input.json')),
      { for: 'evaluation', version_2_with_negative },
      casePath(name, 'input.json'),
    ).examples,
    index => index < first,
  )

/** Windows of 16 tokens: most contexts have several. */
export const smallWindowSettings = { max_seq_length: 16, doc_stride: 4, max_query_length: 8 }

/** The windows on some of them. */
export async function smallWindows(
  asked: Examples,
  settings: Partial<WindowSettings> = {},
  vocabulary: Vocabulary = smallVocabulary,
) {
  const { pieces } = await tokenizeExamples(asked, vocabulary, true)
  return makeWindows(pieces, { ...defaultWindowSettings, ...smallWindowSettings, ...settings }).windows
}
