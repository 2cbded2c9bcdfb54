import { parseArgs } from 'node:util'
import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { didYouMean, nearest } from '../diagnostic/nearest.ts'
import type { Arguments, Command, Operand, OperandFlags } from './command.ts'
import { type Flag, type Flags, flags } from './flags.ts'

/** Reads a command's arguments. Throws all mistakes at once, as diagnostics. */
export const readArguments = (command: Command, args: readonly string[]): Arguments => {
  const known = flagsOf(command)
  const { tokens } = parseArgs({ args: [...args], options: optionsOf(known), strict: false, tokens: true })
  const mistakes: Diagnostic[] = []
  const positionals: string[] = []
  const given: Given = {}
  // What is given before the first file, behind the first, behind the second.
  const behind: Given[] = [{}]

  for (const token of tokens) {
    if (token.kind === 'positional') {
      positionals.push(token.value)
      behind.push({})
    }
    if (token.kind !== 'option') continue
    const { name, rawName, value } = token
    const flag = Object.hasOwn(known, name) ? known[name] : undefined
    if (flag === undefined) {
      mistakes.push(unknownFlag(command, rawName, Object.keys(known)))
      continue
    }
    const into = command.operands && (name === 'set' || name === 'profile') ? behind.at(-1)! : given
    if (flag.type === 'boolean') {
      if (value === undefined) given[name] = true
      else mistakes.push(mistake('flag-value', `${rawName} takes no value, but \`${value}\` was given.`))
    } else if (value === undefined || value === '' || (!token.inlineValue && value.startsWith('--')))
      mistakes.push(mistake('flag-value', `${rawName} needs a value: ${rawName} ${flag.value}.`))
    else if (flag.multiple) into[name] = [...((into[name] as string[] | undefined) ?? []), value]
    else if (name in into) mistakes.push(mistake('flag-twice', `${rawName} is given twice.`))
    else into[name] = value
  }
  if (given.help !== true) {
    // A flag with a mistake in it is not missing.
    const named = tokens.flatMap(token => (token.kind === 'option' ? [token.name] : []))
    mistakes.push(...missing(command, positionals, named), ...extra(command, positionals))
  }
  if (mistakes.length > 0) throw diagnosticsError(...mistakes)
  const own = Object.entries(given).filter(([name]) => command.own?.[name])
  return {
    positionals,
    flags: given as Flags,
    own: Object.fromEntries(own) as Record<string, string | true>,
    ...(command.operands && {
      operands: positionals.map((file, index) => operandOf(file, behind[0]!, behind[index + 1]!)),
    }),
  }
}

type Given = Record<string, boolean | string | string[]>

/** Later wins: of two settings of one value the last counts. */
const operandOf = (file: string, shared: OperandFlags, own: OperandFlags): Operand => ({
  file,
  flags: { ...shared, ...own, ...((shared.set ?? own.set) && { set: [...(shared.set ?? []), ...(own.set ?? [])] }) },
  own,
  shared,
})

/** The flags that a command takes, as it means them, in the order of help. */
export const flagsOf = (command: Command): Readonly<Record<string, Flag>> => ({
  ...command.own,
  ...Object.fromEntries(
    [...command.flags, 'help' as const].map(name => [name, { ...flags[name], ...command.meanings?.[name] }]),
  ),
})

/** How a command is called: `pipeline cat FILE STAGE[.PORT] [flags]`. */
export const usageOf = (command: Command): string =>
  ['pipeline', command.name, ...command.takes, ...required(command).map(asked), '[flags]'].join(' ')

const required = ({ own = {} }: Command) => Object.entries(own).filter(([, flag]) => flag.required)

/** `--question ID` */
const asked = ([name, { value }]: readonly [string, Flag]): string => `--${name} ${value}`

const optionsOf = (known: Readonly<Record<string, Flag>>) =>
  Object.fromEntries(
    Object.entries(known).map(([name, { type }]) => [name, { type, ...(name === 'help' ? { short: 'h' } : {}) }]),
  )

const unknownFlag = (command: Command, rawName: string, known: readonly string[]): Diagnostic => {
  const near = nearest(rawName.replace(/^-+/, ''), known)
  const hint = near === undefined ? `\`pipeline help ${command.name}\` lists the flags.` : `Did you mean \`--${near}\`?`
  return mistake('unknown-flag', `\`pipeline ${command.name}\` has no flag \`${rawName}\`.`, hint)
}

/** All that is missing is one mistake: one line shows how to put it right. */
const missing = (command: Command, positionals: readonly string[], named: readonly string[]): Diagnostic[] => {
  const operands = command.takes.slice(positionals.length).filter(name => !name.startsWith('['))
  const asks = required(command).filter(([name]) => !named.includes(name))
  const needs = [...operands, ...asks.map(asked)]
  if (needs.length === 0) return []
  const message = `\`pipeline ${command.name}\` needs ${needs.join(' ')}.`
  return [mistake('missing-argument', message, `Usage: ${usageOf(command)}`)]
}

const extra = (command: Command, positionals: readonly string[]): Diagnostic[] =>
  positionals
    .slice(command.takes.length)
    .map(value =>
      mistake(
        'extra-argument',
        `\`pipeline ${command.name}\` has no use for \`${value}\`.`,
        `Usage: ${usageOf(command)}`,
      ),
    )

/** The number that a flag gives. */
export const wholeNumber = (flag: string, text: string): number => {
  const value = Number(text)
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(value)) return value
  throw diagnosticsError(mistake('flag-value', `${flag} needs an integer of at least 1; found \`${text}\`.`))
}

/** The mistake of naming something that is not there, with the nearest name that is. */
export const unknownName = (code: string, what: string, name: string, names: readonly string[]): Diagnostic =>
  mistake(code, `There is no ${what} \`${name}\`.`, didYouMean(name, names))

/** The mistake of naming a part of a command that it does not have. */
export const unknownPart = (command: string, name: string, parts: readonly string[]): Diagnostic =>
  mistake('unknown-command', `There is no command \`pipeline ${command} ${name}\`.`, didYouMean(name, parts))

/** A mistake on the command line. */
export const mistake = (code: string, message: string, hint?: string): Diagnostic => ({
  severity: 'error',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
})
