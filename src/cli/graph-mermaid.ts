import type { Plan } from '../plan/plan.ts'
import { type Link, linksOf } from './graph-links.ts'

/** A plan as a flowchart of Mermaid: what GitHub and many editors draw. */
export const graphMermaid = (plan: Plan): string[] => {
  const { nodes, links } = linksOf(plan)
  return [
    '---',
    `title: ${JSON.stringify(plan.name)}`,
    '---',
    'flowchart LR',
    ...nodes.map(({ id, label }) => `  ${id}[${quoted(label)}]`),
    ...links.flatMap(linkLines),
  ]
}

/** Drawn dashed: an input that is left open or that the run fills, and an order without data. */
const linkLines = ({ from, place = 'open', to, label }: Link, index: number): string[] => {
  if (label === undefined) return [`  ${from} -.-> ${to}`]
  if (from !== undefined) return [`  ${from} -->|${quoted(label)}| ${to}`]
  return [`  open${index}((${quoted(place)}))`, `  open${index} -.->|${quoted(label)}| ${to}`]
}

/** Letters and digits of any script, and what never means anything; all else by its number. */
const quoted = (text: string): string =>
  `"${text.replaceAll(/[^\p{L}\p{N} _.,:/()-]/gu, character => `#${character.codePointAt(0)};`)}"`
