import type { Place } from '../page-data.ts'
import { h } from './elements.ts'
import { markedParts } from './marked-text.ts'

const markedText = (context: string, marks: Readonly<Record<string, readonly Place[]>>): HTMLElement =>
  h(
    'p',
    { class: 'passage' },
    ...markedParts(context, marks).map(({ text, marks }) =>
      marks.length === 0 ? text : h('mark', { class: marks.join(' ') }, text),
    ),
  )

/** A passage with its marks, by their classes, and what they mean. */
export const passage = (
  context: string,
  marks: Readonly<Record<string, readonly Place[]>>,
  legend: readonly (readonly [classes: string, words: string])[],
): HTMLElement =>
  h(
    'div',
    {},
    h('h4', {}, 'Passage'),
    markedText(context, marks),
    h(
      'p',
      { class: 'quiet' },
      ...legend.flatMap(([classes, words], index) => [index === 0 ? '' : ' ', h('mark', { class: classes }, words)]),
      '; each where its text first stands.',
    ),
  )
