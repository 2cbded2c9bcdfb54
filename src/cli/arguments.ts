import { parseArgs } from 'node:util'
import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { didYouMean, nearest } from '../diagnostic/nearest.ts'
import type { Arguments, Command, Operand, OperandFlags } from './command.ts'
import { type FlagName, type Flags, flags } from './flags.ts'

/** Reads a command's arguments. Throws all mistakes at once, as diagnostics. */
export const readArguments = (command: Command, args: readonly string[]): Arguments => {
  const known: readonly FlagName[] = [...command.flags, 'help']
  const { tokens } = parseArgs({ args: [...args], options: optionsOf(known, command), strict: false, tokens: true })
  const mistakes: Diagnostic[] = []
  const positionals: string[] = []
  const given: Given = {}
  // What is given before the first file, behind the first, behind the second.
  const behind: Given[] = [{}]
  let asked: string | undefined

  for (const token of tokens) {
    if (token.kind === 'positional') {
      positionals.push(token.value)
      behind.push({})
    }
    if (token.kind !== 'option') continue
    const { name, rawName, value } = token
    const isEmpty = value === undefined || value === '' || (!token.inlineValue && value.startsWith('--'))
    if (name === command.asks?.flag) {
      if (isEmpty) mistakes.push(mistake('flag-value', `${rawName} needs a value: ${askedFor(command)}.`))
      else if (asked !== undefined) mistakes.push(mistake('flag-twice', `${rawName} is given twice.`))
      else asked = value
      continue
    }
    if (!isKnown(name, known)) {
      mistakes.push(unknownFlag(command, rawName, [...known, ...(command.asks ? [command.asks.flag] : [])]))
      continue
    }
    const flag = flags[name]
    const into = command.operands && (name === 'set' || name === 'profile') ? behind.at(-1)! : given
    if (flag.type === 'boolean') {
      if (value === undefined) given[name] = true
      else mistakes.push(mistake('flag-value', `${rawName} takes no value, but \`${value}\` was given.`))
    } else if (isEmpty)
      mistakes.push(
        mistake('flag-value', `${rawName} needs a value: ${rawName} ${command.meanings?.[name]?.value ?? flag.value}.`),
      )
    else if ('multiple' in flag) into[name] = [...((into[name] as string[] | undefined) ?? []), value]
    else if (name in into) mistakes.push(mistake('flag-twice', `${rawName} is given twice.`))
    else into[name] = value
  }
  if (given.help !== true) {
    mistakes.push(...countMistakes(command, positionals))
    // A mistake in the flag has been told.
    const told = tokens.some(token => token.kind === 'option' && token.name === command.asks?.flag)
    if (command.asks && !told)
      mistakes.push(
        mistake(
          'missing-argument',
          `\`pipeline ${command.name}\` needs ${askedFor(command)}.`,
          `Usage: ${usageOf(command)}`,
        ),
      )
  }
  if (mistakes.length > 0) throw diagnosticsError(...mistakes)
  return {
    positionals,
    flags: given as Flags,
    ...(command.operands && {
      operands: positionals.map((file, index) => operandOf(file, behind[0]!, behind[index + 1]!)),
    }),
    ...(asked !== undefined && { asked }),
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

/** How a command is called: `pipeline cat FILE STAGE[.PORT] [flags]`. */
export const usageOf = (command: Command): string =>
  ['pipeline', command.name, ...command.takes, ...(command.asks ? [askedFor(command)] : []), '[flags]'].join(' ')

/** `--question ID` */
const askedFor = ({ asks }: Command): string => `--${asks?.flag} ${asks?.value}`

const optionsOf = (names: readonly FlagName[], { asks }: Command) => ({
  ...Object.fromEntries(
    names.map(name => [name, { type: flags[name].type, ...(name === 'help' ? { short: 'h' } : {}) }]),
  ),
  ...(asks && { [asks.flag]: { type: 'string' as const } }),
})

const isKnown = (name: string, known: readonly FlagName[]): name is FlagName => known.some(each => each === name)

const unknownFlag = (command: Command, rawName: string, known: readonly string[]): Diagnostic => {
  const near = nearest(rawName.replace(/^-+/, ''), known)
  const hint = near === undefined ? `\`pipeline help ${command.name}\` lists the flags.` : `Did you mean \`--${near}\`?`
  return mistake('unknown-flag', `\`pipeline ${command.name}\` has no flag \`${rawName}\`.`, hint)
}

const countMistakes = (command: Command, positionals: readonly string[]): Diagnostic[] => {
  const missing = command.takes.slice(positionals.length).filter(name => !name.startsWith('['))
  const extra = positionals.slice(command.takes.length)
  const usage = `Usage: ${usageOf(command)}`
  return [
    ...missing.map(name => mistake('missing-argument', `\`pipeline ${command.name}\` needs ${name}.`, usage)),
    ...extra.map(value =>
      mistake('extra-argument', `\`pipeline ${command.name}\` has no use for \`${value}\`.`, usage),
    ),
  ]
}

/** The number that a flag gives. */
export const wholeNumber = (flag: string, text: string): number => {
  const value = Number(text)
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(value)) return value
  throw diagnosticsError(mistake('flag-value', `${flag} needs an integer of at least 1; found \`${text}\`.`))
}

/** The mistake of naming something that is not there, with the nearest name that is. */
export const unknownName = (code: string, what: string, name: string, names: readonly string[]): Diagnostic =>
  mistake(code, `There is no ${what} \`${name}\`.`, didYouMean(name, names))

/** A mistake on the command line. */
export const mistake = (code: string, message: string, hint?: string): Diagnostic => ({
  severity: 'error',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
})
