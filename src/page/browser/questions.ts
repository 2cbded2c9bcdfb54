import type { Candidates, Questions, Ways } from '../page-data.ts'
import { wayTeller } from '../whole-way.ts'
import { h, section } from './elements.ts'
import { field, select } from './fields.ts'
import { type Filter, type Show, searcher, shows, showsFor } from './filter.ts'
import { predictedText, questionView, type ShownQuestion, verdict } from './question-view.ts'
import { virtualList } from './virtual-list.ts'
import { count } from './words.ts'

/** What comes after the list is drawn: it takes longer to unpack. */
export interface Later {
  readonly candidates: Candidates | undefined
  readonly ways: Ways | undefined
}

/** All questions, to search and to look at one by one. */
export function questionsSection(questions: Questions, later: Promise<Later>): HTMLElement {
  const search = searcher(questions)
  const found = h('p', { role: 'status' })
  const view = h('article', { class: 'question', tabindex: -1, 'aria-label': 'The chosen question' })
  let shown: readonly number[] = []
  let candidates: Candidates | undefined
  let tell: ShownQuestion['tell']
  let chosen: number | undefined
  const look = () => {
    if (chosen !== undefined) view.replaceChildren(...questionView({ questions, index: chosen, candidates, tell }))
  }
  later.then(found => {
    candidates = found.candidates
    if (found.candidates && found.ways) tell = wayTeller(questions, found.candidates, found.ways)
    look()
  })
  const list = virtualList({
    label: 'Questions',
    fill(row, index) {
      row.replaceChildren(
        h('span', { class: 'asked' }, questions.questions[index]!),
        h(
          'span',
          { class: 'given' },
          h('b', { class: isRight(index) ? 'right' : 'wrong' }, verdict(questions, index)),
          ' ',
          predictedText(questions, index),
        ),
      )
    },
    chosen(index) {
      chosen = index
      look()
      history.replaceState(null, '', `#question=${encodeURIComponent(questions.ids[index]!)}`)
    },
  })
  const isRight = (index: number) => questions.exact?.[index] === 1

  const text = h('input', { type: 'search', id: 'search', autocomplete: 'off', spellcheck: 'false' })
  const show = select(
    'show',
    showsFor(questions).map(each => [each, shows[each]] as const),
  )
  const kind = select('kind', [['', 'all'], ...questions.kinds.map(each => [each, each] as const)])
  const least = h('input', { type: 'number', id: 'least', min: 0, max: 100, value: 0 })
  const most = h('input', { type: 'number', id: 'most', min: 0, max: 100, value: 100 })
  const filterNow = () => {
    const filter: Filter = {
      text: text.value,
      show: show.value as Show,
      kind: kind.value,
      least: within(least, 0),
      most: within(most, 100),
    }
    shown = search(filter)
    found.textContent =
      shown.length === 0
        ? 'No question is like that.'
        : `${count(shown.length, 'question')} of ${questions.ids.length.toLocaleString('en')}`
    list.show(shown)
  }
  for (const control of [text, show, kind, least, most]) control.addEventListener('input', filterNow)

  const scored = questions.f1 !== undefined
  const place = section(
    'questions',
    'Questions',
    h(
      'form',
      { class: 'filter', role: 'search', 'aria-label': 'Questions', submit: event => event.preventDefault() },
      field('Search', text),
      field('Show', show),
      field('Asks for', kind),
      scored && field('F1 from', least),
      scored && field('to', most),
    ),
    found,
    h('div', { class: 'browser' }, list.element, view),
  )
  // Once it is in the page: how many rows fit is not known before.
  requestAnimationFrame(() => {
    filterNow()
    const named = decodeURIComponent(location.hash.replace('#question=', ''))
    const at = shown.findIndex(index => questions.ids[index] === named)
    if (at >= 0) list.select(at)
    else if (shown.length > 0) view.replaceChildren(h('p', { class: 'quiet' }, 'Choose a question.'))
  })
  return place
}

/** What a field for a percentage says; nothing, or no number, says this. */
const within = ({ value }: HTMLInputElement, otherwise: number): number =>
  value === '' || !Number.isFinite(Number(value)) ? otherwise : Number(value)
