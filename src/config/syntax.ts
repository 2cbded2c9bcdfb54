import { type Document, visit, type YAMLError } from 'yaml'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Report } from './node.ts'

interface Explained {
  readonly message: string
  readonly hint?: string
}

/**
 * Reports what the YAML parser found wrong: every tab used as indentation, or else the first mistake (the following
 * ones are mostly its consequences), and every tag.
 */
export const reportSyntax = (
  document: Document.Parsed,
  text: string,
  range: (start: number, end: number) => SourceRange,
  report: Report,
): void => {
  const tabs = [...new Set(document.errors.map(error => indentingTab(text, error)))].filter(tab => tab !== undefined)
  for (const tab of tabs) report({ severity: 'error', code: 'yaml-tab', ...explainTab, range: range(tab, tab + 1) })

  for (const warning of document.warnings) {
    const explained = explainTag(text.slice(...warning.pos))
    report({ severity: 'error', code: 'yaml-tag', ...explained, range: range(...warning.pos) })
  }

  const [error] = document.errors
  if (!error) return
  const [from, to] = openedQuote(document, error) ?? error.pos
  if (tabs.length === 0) {
    const start = from + text.slice(from).search(/[^ ]|$/)
    const end = Math.max(start + 1, to)
    report({ severity: 'error', code: 'yaml-syntax', ...explain(error, text), range: range(start, end) })
  }
}

/** The offset at which the syntax is wrong first, if it is. */
export const wrongAt = (document: Document.Parsed): number | undefined => {
  const [error] = document.errors
  return error && (openedQuote(document, error) ?? error.pos)[0]
}

/** An unclosed quote is found missing at the end of the text: the place to look at is where it was opened. */
const openedQuote = (document: Document.Parsed, { message }: YAMLError): readonly [number, number] | undefined => {
  let last: readonly [number, number] | undefined
  if (/^Missing closing .quote/.test(message)) {
    visit(document, {
      Scalar: (_key, { type, range }) => {
        if (type?.startsWith('QUOTE') && range) last = [range[0], range[1]]
      },
    })
  }
  return last
}

/** The first tab in the indentation of the line on which an error stands. */
const indentingTab = (text: string, { pos }: YAMLError): number | undefined => {
  const start = text.lastIndexOf('\n', pos[0] - 1) + 1
  const tab = text.slice(start).search(/(?<=^ *)\t/)
  return tab < 0 ? undefined : start + tab
}

const explainTab: Explained = {
  message: 'A tab is used as indentation, where YAML allows only spaces.',
  hint: 'Replace the tab by as many spaces as the lines around it have.',
}

const explainTag = (tag: string): Explained =>
  /^!!(str|int|float|bool|null|map|seq)$/.test(tag)
    ? { message: `The value does not fit its tag \`${tag}\`.`, hint: 'Remove the tag, or correct the value.' }
    : {
        message: `\`${tag}\` is a custom tag, which pipeline files do not use.`,
        hint: 'Write the value without it; a value of the environment is `${env.NAME}`.',
      }

const explain = ({ code, message, pos }: YAMLError, text: string): Explained => {
  if (text.startsWith('${', pos[0] - 1)) return unquotedReference
  const known = explanations.find(each => each.code === code && (each.when?.test(message) ?? true))
  return known?.explained ?? { message: `${message}.` }
}

const unquotedReference: Explained = {
  message: 'Inside `{ … }` or `[ … ]` a reference must be in quotes.',
  hint: 'Write "${vars.name}".',
}

interface Explanation {
  readonly code: YAMLError['code']
  readonly when?: RegExp
  readonly explained: Explained
}

// The library's own wording is kept where it is plain.
const explanations: readonly Explanation[] = [
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    when: /Nested mappings/,
    explained: {
      message: 'A second `:` follows on the line of a key, or the next line is indented more than its neighbours.',
      hint: 'Start a map on the line after its key; put a text that contains `: ` in quotes.',
    },
  },
  {
    code: 'MULTILINE_IMPLICIT_KEY',
    explained: {
      message: 'This line has no `:` after its key.',
      hint: 'Write `key: value`, or `key:` before an indented block.',
    },
  },
  {
    code: 'BAD_INDENT',
    when: /mapping items/,
    explained: {
      message: 'The keys of one map must start at the same column.',
      hint: 'Indent this line as its neighbours are.',
    },
  },
  {
    code: 'BAD_INDENT',
    when: /^Flow/,
    explained: {
      message: 'A `{` or `[` opened above is not closed, or what is inside it is not indented.',
      hint: 'Close it with `}` or `]`, or indent this line.',
    },
  },
  {
    code: 'MISSING_CHAR',
    when: /closing .quote/,
    explained: { message: 'A closing quote is missing.', hint: 'Close the text with the quote it begins with.' },
  },
  {
    code: 'BAD_SCALAR_START',
    explained: { message: 'A value cannot start with this character.', hint: 'Put the value in quotes.' },
  },
  {
    code: 'BAD_DQ_ESCAPE',
    explained: {
      message: 'Double quotes know no such escape.',
      hint: 'Write `\\\\` for a backslash, or put the text in single quotes.',
    },
  },
]
