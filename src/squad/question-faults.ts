import { count, firstFew } from '../plugin/few.ts'
import { type StageError, stageError } from '../plugin/stage-error.ts'
import { pointer, type Where } from './squad-shape.ts'

/** What can be wrong with a question of a well-formed file. All offenders are found before any is reported. */
export type Fault = 'repeated-id' | 'answer-count' | 'no-flag' | 'impossible' | 'answer-start' | 'empty-answer'

export interface Faults {
  readonly file: string
  readonly offenders: Map<Fault, string[]>
  readonly hints: Set<string>
  /** JSON pointer of the first. */
  first?: string
}

export const faultsOf = (file: string): Faults => ({ file, offenders: new Map(), hints: new Set() })

/** Notes one offending question. `detail` is what is wrong with this one; `hint` the setting that may help. */
export function note(faults: Faults, fault: Fault, where: Where, detail = '', hint?: string): void {
  const named = `${where.id}${detail && ` (${detail})`}`
  const offenders = faults.offenders.get(fault)
  if (offenders) offenders.push(named)
  else faults.offenders.set(fault, [named])
  if (hint !== undefined) faults.hints.add(hint)
  faults.first ??= pointer(where)
}

const sentences: Readonly<Record<Fault, (number: number) => string>> = {
  'repeated-id': n => `${count(n, 'question')} ${n === 1 ? 'has an id that was' : 'have ids that were'} there before`,
  'answer-count': n => `${count(n, 'question')} ${n === 1 ? 'does' : 'do'} not have exactly one answer`,
  'no-flag': n => `${count(n, 'question')} ${n === 1 ? 'lacks' : 'lack'} "is_impossible"`,
  impossible: n => `${count(n, 'question')} ${n === 1 ? 'is' : 'are'} marked "is_impossible"`,
  'answer-start': n => `${count(n, 'answer')} ${n === 1 ? 'does' : 'do'} not start inside the context`,
  'empty-answer': n => `${count(n, 'answer')} ${n === 1 ? 'is an empty text' : 'are empty texts'}`,
}

/** The error for all that was noted; `undefined` where nothing was. */
export function faultsError({ file, offenders, hints, first }: Faults): StageError | undefined {
  const [code] = offenders.keys()
  if (code === undefined) return undefined
  const lines = [...offenders].map(([fault, named]) => `${sentences[fault](named.length)}: ${firstFew(named)}.`)
  return stageError({
    code,
    message: lines.join('\n'),
    file,
    ...(first !== undefined && { pointer: first }),
    ...(hints.size > 0 && { hint: [...hints].join('\n') }),
  })
}
