// How far answers get that do not read the question: scored by F1 as the official script does, over the held-out passages.
import { f1 } from 'sluice/squad'

/** Every question of SQuAD-form data, as `{ context, question, answer }`. */
export const questionsOf = ({ data }) =>
  data.flatMap(({ paragraphs }) =>
    paragraphs.flatMap(({ context, qas }) =>
      qas.map(({ question, answers }) => ({ context, question, answer: answers[0].text })),
    ),
  )

const percent = (questions, answerOf) =>
  (100 * questions.reduce((sum, each) => sum + f1(answerOf(each), each.answer, false), 0)) / questions.length

/** The best that always answering the words at one place of the passage reaches, in percent. */
export function bestFixedPosition(questions) {
  let best = 0
  for (let start = 0; start < 40; start++)
    for (let length = 1; length <= 4; length++)
      best = Math.max(
        best,
        percent(questions, ({ context }) =>
          context
            .split(' ')
            .slice(start, start + length)
            .join(' '),
        ),
      )
  return best
}

/** The best that always answering one word reaches, whichever word suits these questions best. */
export function bestSingleWord(questions) {
  const words = new Set(questions.flatMap(({ answer }) => answer.split(' ')))
  return Math.max(...[...words].map(word => percent(questions, () => word)))
}
