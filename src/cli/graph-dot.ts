import type { Plan } from '../plan/plan.ts'
import { type Link, linksOf } from './graph-links.ts'

/** A plan in DOT, the language of Graphviz. */
export const graphDot = (plan: Plan): string[] => {
  const { nodes, links } = linksOf(plan)
  return [
    `digraph ${quoted(plan.name)} {`,
    '  rankdir=LR',
    '  node [shape=box]',
    ...nodes.map(({ id, label }) => `  ${id} [label=${quoted(label)}]`),
    ...links.flatMap(linkLines),
    '}',
  ]
}

/** Drawn dashed: an input that is left open or that the run fills, and an order without data. */
const linkLines = ({ from, place = 'open', to, label }: Link, index: number): string[] => {
  if (label === undefined) return [`  ${from} -> ${to} [style=dashed]`]
  if (from !== undefined) return [`  ${from} -> ${to} [label=${quoted(label)}]`]
  return [
    `  open${index} [label=${quoted(place)}, shape=circle, style=dashed]`,
    `  open${index} -> ${to} [label=${quoted(label)}, style=dashed]`,
  ]
}

/** Line breaks, and other characters that nobody sees, are spaces. */
const quoted = (text: string): string =>
  `"${text.replaceAll(/\p{C}/gu, ' ').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
