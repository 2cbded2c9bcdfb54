import type { Way } from '../../squad/trace/trace-record.ts'
import type { Candidates, Questions } from '../page-data.ts'
import { textOf } from '../place.ts'
import { dataTable, h } from './elements.ts'
import { passage } from './passage.ts'
import { wholeWay } from './whole-way.ts'

/** One question of the browser. */
export interface ShownQuestion {
  readonly questions: Questions
  readonly index: number
  readonly candidates: Candidates | undefined
  /** Tells a question's way, where the page holds what that takes. */
  readonly tell: ((index: number) => Way | undefined) | undefined
}

/** What is shown of one question, one below the other. A new way to look at a question is one more of these. */
const views: readonly ((shown: ShownQuestion) => Node | undefined)[] = [answers, markedPassage, candidateTable, way]

export const questionView = (shown: ShownQuestion): Node[] => {
  const { questions, index } = shown
  return [
    h('h3', {}, questions.questions[index]!),
    h('p', { class: 'quiet' }, h('code', {}, questions.ids[index]!)),
    ...views.flatMap(view => view(shown) ?? []),
  ]
}

/** What a question was answered, in a word or a few. */
export const verdict = ({ exact, f1, predictions }: Questions, index: number): string => {
  if (predictions[index] === null) return 'no prediction'
  if (exact === undefined || f1 === undefined) return 'not scored'
  return exact[index] === 1 ? 'right' : f1[index]! > 0 ? `F1 ${f1[index]}` : 'wrong'
}

export const predictedText = ({ predictions, contexts, context }: Questions, index: number): string => {
  const place = predictions[index]
  if (place === null || place === undefined) return '–'
  return textOf(place, contexts[context[index]!]!) || 'no answer'
}

function answers({ questions, index }: ShownQuestion): Node {
  const context = questions.contexts[questions.context[index]!]!
  const accepted = questions.answers[index]!.map(place => textOf(place, context))
  const odds = questions.null_odds?.[index]
  return h(
    'dl',
    { class: 'answers' },
    h('dt', {}, 'Predicted'),
    h('dd', {}, predictedText(questions, index), ' ', h('em', { class: 'verdict' }, `(${verdict(questions, index)})`)),
    h('dt', {}, 'Accepted'),
    ...(accepted.length === 0 ? ['no answer'] : accepted).map(text => h('dd', {}, text)),
    ...(odds === null || odds === undefined ? [] : [h('dt', {}, '“No answer” less best'), h('dd', {}, String(odds))]),
  )
}

function markedPassage({ questions, index }: ShownQuestion): Node {
  const context = questions.contexts[questions.context[index]!]!
  const prediction = questions.predictions[index]
  return passage(context, { accepted: questions.answers[index]!, predicted: prediction ? [prediction] : [] }, [
    ['accepted', 'accepted'],
    ['predicted', 'predicted'],
    ['accepted predicted', 'both'],
  ])
}

function candidateTable({ questions, index, candidates }: ShownQuestion): Node | undefined {
  const context = questions.contexts[questions.context[index]!]!
  const list = candidates?.lists[index] ?? []
  if (list.length === 0) return undefined
  return dataTable(
    'Best answers',
    ['answer', 'probability'],
    list.map(([place, thousandths]) => [textOf(place, context) || 'no answer', `${(thousandths / 10).toFixed(1)} %`]),
  )
}

function way({ questions, index, tell }: ShownQuestion): Node | undefined {
  return tell && wholeWay(questions.ids[index]!, () => tell(index))
}
