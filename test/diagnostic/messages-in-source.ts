import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ESTree, parseSync, Visitor } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A text of the source: what stands in it, and gaps for what is filled in while it runs. */
interface Pattern {
  readonly whole: RegExp
  readonly letters: number
}

/** Tells whether a message is one that the source can print: a text of it, with anything in its gaps. */
export const messagesInSource = (): ((message: string) => boolean) => {
  const patterns = ['src', 'stages'].flatMap(sources).flatMap(patternsIn)
  return message => {
    const enough = Math.max(8, 0.15 * lettersOf(message))
    return patterns.some(({ whole, letters }) => letters >= enough && whole.test(message))
  }
}

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.includes('generated/'))
    .map(file => join(root, folder, file))

const gap = Symbol('gap')
type Parts = readonly (string | typeof gap)[]

const patternsIn = (file: string): Pattern[] => {
  const found: Pattern[] = []
  const note = (node: ESTree.Node): void => {
    const parts = partsOf(node)
    const letters = lettersOf(parts.filter(part => part !== gap).join(' '))
    if (letters >= 8) found.push({ whole: regExp(parts), letters })
  }
  new Visitor({ TemplateLiteral: note, Literal: note, BinaryExpression: note }).visit(
    parseSync(file, readFileSync(file, 'utf8')).program,
  )
  return found
}

const partsOf = (node: ESTree.Node): Parts => {
  if (node.type === 'Literal') return [typeof node.value === 'string' ? node.value : gap]
  if (node.type === 'BinaryExpression' && node.operator === '+') return [...partsOf(node.left), ...partsOf(node.right)]
  if (node.type !== 'TemplateLiteral') return [gap]
  return node.quasis.flatMap(
    ({ value }, index): Parts => (index === 0 ? [value.cooked ?? ''] : [gap, value.cooked ?? '']),
  )
}

const regExp = (parts: Parts): RegExp =>
  new RegExp(
    `^${parts.map(part => (part === gap ? '.*' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('')}$`,
    's',
  )

const lettersOf = (text: string): number => text.replaceAll(/\P{L}/gu, '').length
