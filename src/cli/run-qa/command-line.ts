import { parse } from 'shell-quote'
import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { mistake } from '../arguments.ts'

/** A command line of a training script, taken apart. */
export interface CommandLine {
  /** `run_qa.py`. */
  readonly script: string
  readonly flags: readonly GivenFlag[]
  /** What stands before the script: of `torchrun`, `accelerate launch` and the like. */
  readonly launcher: readonly GivenFlag[]
  /** `NAME=value` before the command. */
  readonly environment: Readonly<Record<string, string>>
}

export interface GivenFlag {
  /** With `_` for `-`, without the dashes before it. */
  readonly name: string
  /** As it was written: `--max_seq_length`. */
  readonly written: string
  /** Nothing where no value stands beside it. */
  readonly value: string | undefined
}

/**
 * Takes a command line apart as a shell would. Variables that it sets itself are filled in; others are left as `${env.NAME}`,
 * which is what a pipeline calls them. What stands behind `|`, `>`, `;` or `&` is left out.
 */
export const readCommandLine = (text: string): CommandLine | { readonly mistake: Diagnostic } => {
  const [, assigned] = takeApart(text, {})
  const [words] = takeApart(text, assigned)
  const at = words.findIndex(word => /\.py$/.test(word))
  const script = words[at]
  if (script === undefined)
    return {
      mistake: mistake(
        'no-script',
        'Expected a command line with a script, such as `python run_qa.py --model_name_or_path …`; found none.',
        'Quote the command as one word, or pass `-` and write it to stdin.',
      ),
    }
  return {
    script: script.slice(script.lastIndexOf('/') + 1),
    flags: flagsIn(words.slice(at + 1)),
    launcher: flagsIn(words.slice(0, at)).filter(flag => flag.name !== ''),
    environment: assigned,
  }
}

/** The words of the command that runs a script, and all that is assigned before it. */
const takeApart = (text: string, known: Readonly<Record<string, string>>): [string[], Record<string, string>] => {
  const assigned: Record<string, string> = {}
  let words: string[] = []
  for (const entry of parse(oneLine(text), name => known[name] ?? `\${env.${name}}`)) {
    if (typeof entry !== 'string' && 'op' in entry && entry.op !== 'glob') {
      if (words.some(word => /\.py$/.test(word))) break
      words = []
      continue
    }
    const word = typeof entry === 'string' ? entry : 'pattern' in entry ? entry.pattern : ''
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? []
    const before = words.every(each => each === 'export' || each === 'env')
    if (name !== undefined && before) assigned[name] = value ?? ''
    else words.push(word)
  }
  return [words, assigned]
}

/** Lines that go on are joined, comments and a notebook's `!` left out; the ends of the others end a command. */
const oneLine = (text: string): string =>
  text
    .replace(/\\[ \t]*\r?\n/g, ' ')
    .replace(/\\\s*$/, '')
    .split(/\r?\n/)
    .filter(line => !/^\s*#/.test(line))
    .join('\n')
    .replace(/^\s*!/gm, '')
    // The number of a redirection is no word.
    .replace(/(?<=\s)\d(?=[<>])/g, '')
    // Flags on lines of their own belong to the command before them, with or without a backslash.
    .replace(/\n\s*(?=--?[A-Za-z])/g, ' ')
    .replace(/\n/g, ' ; ')

const flagsIn = (words: readonly string[]): GivenFlag[] => {
  const flags: { name: string; written: string; value: string | undefined }[] = []
  for (const word of words) {
    const [, written, name, value] = /^(--?([A-Za-z][\w-]*))(?:=(.*))?$/s.exec(word) ?? []
    const last = flags.at(-1)
    if (name !== undefined) flags.push({ name: name.replaceAll('-', '_'), written: written!, value })
    else if (last && last.value === undefined) last.value = word
    // A list (`--report_to tensorboard wandb`), or a word that belongs to no flag.
    else if (last && last.name !== '') last.value = `${last.value} ${word}`
    else flags.push({ name: '', written: word, value: '' })
  }
  return flags
}
