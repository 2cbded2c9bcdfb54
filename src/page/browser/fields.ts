import { h } from './elements.ts'

/** A control of a form with its label. */
export const field = (label: string, control: HTMLElement) =>
  h('label', { for: control.id }, h('span', {}, label), control)

/** A menu of values and the words for them. */
export const select = (id: string, entries: readonly (readonly [string, string])[]) =>
  h('select', { id }, ...entries.map(([value, words]) => h('option', { value }, words)))
