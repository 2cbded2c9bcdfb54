import type { Row, Words } from '../../plugin/stage-command.ts'
import type { Step, TracedWindow, Way } from '../../squad/trace/trace-record.ts'
import { traceSections } from '../../squad/trace/trace-text.ts'
import { h } from './elements.ts'
import { count } from './words.ts'

/** Whether it is open stays so from question to question. */
let isOpen = false

/** A question's way from text to score, in the words of `pipeline trace`; made when it is opened. */
export function wholeWay(id: string, tell: () => Way | undefined): HTMLElement {
  const place = h('div')
  let isTold = false
  const show = () => {
    if (isTold || !element.open) return
    isTold = true
    const way = tell()
    place.append(...(way ? sectionsOf(id, way) : [leftOut(id)]))
  }
  const element = h(
    'details',
    {
      class: 'way',
      open: isOpen,
      toggle: () => {
        isOpen = element.open
        show()
      },
    },
    h('summary', {}, 'The whole way, from text to score'),
    place,
  )
  show()
  return element
}

const leftOut = (id: string) =>
  h('p', {}, 'It is left out of this file. This shows it: ', h('code', {}, `pipeline trace FILE --question ${id}`))

function sectionsOf(id: string, way: Way): Node[] {
  const sections = traceSections(id, [way])
  // The first is the question, then comes one for each step, in their order.
  return sections.map(({ title, rows }, at) => {
    const step = way.steps[at - 1]
    return h(
      'section',
      {},
      h('h4', {}, ...wordsOf(at === 0 ? 'question' : title)),
      h('dl', { class: 'answers' }, ...rows.flatMap(rowOf)),
      ...(step?.kind === 'windows' ? step.windows.map(window => allTokens(window, predictedIn(way, window))) : []),
    )
  })
}

/** A row without a label goes on with the one before. */
const rowOf = ([label, words]: Row): Node[] => [
  ...(label === '' ? [] : [h('dt', {}, label)]),
  h('dd', {}, ...wordsOf(words)),
]

const wordsOf = (words: Words): (Node | string)[] =>
  (typeof words === 'string' ? [words] : words).map(part =>
    typeof part === 'string' ? part : h(part.style === 'strong' ? 'strong' : 'span', { class: part.style }, part.text),
  )

/** Where the prediction stands in a window, as first and last position. */
function predictedIn({ steps }: Way, { doc_span_index }: TracedWindow): readonly (readonly [number, number])[] {
  const step = steps.find((each): each is Step & { readonly kind: 'predictions' } => each.kind === 'predictions')
  const places = step?.nbest.find(({ text }) => text === step.prediction)?.places ?? []
  return places.filter(place => place.doc_span_index === doc_span_index).map(({ start, end }) => [start, end])
}

/** All tokens of a window with their positions; made when they are asked for. */
function allTokens(window: TracedWindow, predicted: readonly (readonly [number, number])[]): HTMLElement {
  const { doc_span_index, tokens, answer_at } = window
  const list = h('ol', { class: 'tokens' })
  const within = (at: number, [from, to]: readonly [number, number]) => from <= at && at <= to
  const token = (text: string, at: number) => {
    const classes = [
      answer_at && within(at, answer_at) && 'accepted',
      predicted.some(span => within(at, span)) && 'predicted',
    ].filter(Boolean)
    const word = text === '[UNK]' ? h('span', { class: 'bad' }, text) : text
    return h(
      'li',
      {},
      h('small', {}, at),
      classes.length > 0 ? h('mark', { class: classes.join(' ') }, word) : h('span', {}, word),
    )
  }
  const fill = () => {
    if (list.childElementCount === 0) list.append(...tokens.map(token))
  }
  return h(
    'details',
    { toggle: fill },
    h('summary', {}, `Window ${doc_span_index}: all ${count(tokens.length, 'token')}, with their positions`),
    list,
  )
}
