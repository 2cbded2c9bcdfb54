import type { Flips, Place } from '../page-data.ts'
import { textOf } from '../place.ts'
import { h, section } from './elements.ts'
import { field, select } from './fields.ts'
import { passage } from './passage.ts'
import { virtualList } from './virtual-list.ts'
import { count } from './words.ts'

const directions = [
  ['', 'all'],
  ['0', 'right in A, wrong in B'],
  ['1', 'wrong in A, right in B'],
] as const

/** The questions that one of two runs has right, to search and to look at one by one. */
export function flipsSection(id: string, title: string, flips: Flips): HTMLElement {
  if (flips.ids.length === 0) return section(id, title, h('p', {}, 'No question.'))
  const contexts = flips.contexts.map(context => context.toLowerCase())
  const asked = flips.questions.map(question => question.toLowerCase())
  const found = h('p', { role: 'status' })
  const view = h('article', { class: 'question', tabindex: -1, 'aria-label': 'The chosen question' })
  const list = virtualList({
    label: title,
    prefix: `${id}-row`,
    fill(row, index) {
      const [a, b] = [answerText(flips, 'a', index), answerText(flips, 'b', index)]
      row.replaceChildren(
        h('span', { class: 'asked' }, flips.questions[index]!),
        h(
          'span',
          { class: 'given' },
          flips.gained[index] === 1
            ? h('b', { class: 'right' }, 'wrong → right')
            : h('b', { class: 'wrong' }, 'right → wrong'),
          ` ${a} → ${b}`,
        ),
      )
    },
    chosen: index => view.replaceChildren(...flipView(flips, index)),
  })
  const text = h('input', { type: 'search', id: `${id}-search`, autocomplete: 'off', spellcheck: 'false' })
  const direction = select(`${id}-show`, directions)
  const filterNow = () => {
    const wanted = text.value.trim().toLowerCase()
    const shown = flips.ids.flatMap((name, index) => {
      const isAsked = asked[index]!.includes(wanted) || contexts[flips.context[index]!]!.includes(wanted)
      const isWanted = direction.value === '' || flips.gained[index] === Number(direction.value)
      return isWanted && (isAsked || name === text.value.trim()) ? [index] : []
    })
    found.textContent =
      shown.length === 0
        ? 'No question is like that.'
        : `${count(shown.length, 'question')} of ${flips.ids.length.toLocaleString('en')}`
    list.show(shown)
  }
  for (const control of [text, direction]) control.addEventListener('input', filterNow)
  requestAnimationFrame(() => {
    filterNow()
    view.replaceChildren(h('p', { class: 'quiet' }, 'Choose a question.'))
  })
  return section(
    id,
    title,
    h(
      'form',
      { class: 'filter', role: 'search', 'aria-label': title, submit: event => event.preventDefault() },
      field('Search', text),
      field('Show', direction),
    ),
    found,
    h('div', { class: 'browser' }, list.element, view),
  )
}

function flipView(flips: Flips, index: number): Node[] {
  const context = flips.contexts[flips.context[index]!]!
  const accepted = flips.answers[index]!
  const places = (place: Place | null | undefined) => (place ? [place] : [])
  const answer = (side: 'a' | 'b', f1: number, isRight: boolean) => [
    h('dt', {}, side.toUpperCase()),
    h(
      'dd',
      {},
      answerText(flips, side, index),
      ' ',
      h('em', { class: isRight ? 'right' : 'wrong' }, isRight ? '(right)' : `(wrong, F1 ${f1})`),
    ),
  ]
  const gained = flips.gained[index] === 1
  return [
    h('h3', {}, flips.questions[index]!),
    h('p', { class: 'quiet' }, h('code', {}, flips.ids[index]!)),
    h(
      'dl',
      { class: 'answers' },
      ...answer('a', flips.f1_a[index]!, !gained),
      ...answer('b', flips.f1_b[index]!, gained),
      h('dt', {}, 'Accepted'),
      ...(accepted.length === 0 ? ['no answer'] : accepted.map(place => textOf(place, context))).map(text =>
        h('dd', {}, text),
      ),
    ),
    passage(context, { accepted, 'in-a': places(flips.a[index]), 'in-b': places(flips.b[index]) }, [
      ['accepted', 'accepted'],
      ['in-a', 'A'],
      ['in-b', 'B'],
      ['in-a in-b', 'A and B'],
    ]),
  ]
}

function answerText(flips: Flips, side: 'a' | 'b', index: number): string {
  const place = flips[side][index]
  if (!place) return 'no prediction'
  return textOf(place, flips.contexts[flips.context[index]!]!) || 'no answer'
}
