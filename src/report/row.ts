import { clean } from './clean.ts'
import { duration, earlier, named, number, size } from './human.ts'
import type { StageView } from './view.ts'
import { cut, widthOf } from './width.ts'

/** How parts of a row are coloured. */
export type Paint = Readonly<Record<'dim' | 'yellow', (text: string) => string>>

/**
 * A stage as the live list shows it: its name, what it does now or how it ended, and its warnings below.
 * `width` is what the terminal has left for the first line; what does not fit is left out.
 */
export const row = (stage: StageView, nameWidth: number, width: number, paint: Paint): string => {
  const whole = cut(stage.name, width)
  const name = whole + ' '.repeat(Math.max(0, nameWidth - widthOf(whole)))
  const parts = fitting(details(stage, width - widthOf(name)), width - widthOf(name))
  const first = [name, ...parts].join('  ').trimEnd()
  return [
    stage.status === 'pending' || stage.status === 'skipped' ? paint.dim(first) : first,
    ...below(stage, width, paint),
  ].join('\n')
}

const details = (stage: StageView, width: number): string[] => {
  switch (stage.status) {
    case 'pending':
      return []
    case 'started':
      return stage.progress === undefined ? [] : progressParts(stage.progress, width)
    case 'ran':
      return [duration(stage.ms ?? 0), ...sizes(stage), ...(stage.before ? [earlier(stage.before)] : [])]
    case 'cached':
      return ['reused', ...sizes(stage)]
    case 'failed':
      return [stage.ms === undefined ? because('failed', stage) : `failed after ${duration(stage.ms)}`]
    case 'interrupted':
      return [stage.ms === undefined ? 'interrupted' : `interrupted after ${duration(stage.ms)}`]
    case 'skipped':
      return [because('skipped', stage)]
    case 'waiting':
      return [because('waiting', stage)]
  }
}

const because = (status: string, { reason }: StageView): string =>
  reason === undefined ? status : `${status}: ${clean(reason)}`

const sizes = ({ bytes }: StageView): string[] => (bytes === undefined ? [] : [size(bytes)])

const progressParts = ({ done, total, numbers = {} }: NonNullable<StageView['progress']>, width: number): string[] => {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : undefined
  const beside = Object.entries(numbers)
  // Time left is what people look for first, so it is the last to go in a narrow terminal.
  const ordered = [...beside.filter(([name]) => name === 'eta_s'), ...beside.filter(([name]) => name !== 'eta_s')]
  return [
    ...(share === undefined
      ? []
      : [
          ...(width >= 40 ? [bar(share, width >= 80 ? 20 : 10)] : []),
          `${String(Math.floor(100 * share)).padStart(3)} %`,
        ]),
    ...ordered.map(([name, value]) => named(name, value)),
    total > 0 ? `${number(done)}/${number(total)}` : number(done),
  ]
}

/** A bar of so many columns. */
export const bar = (share: number, width: number): string => {
  const full = Math.round(share * width)
  return '█'.repeat(full) + '░'.repeat(width - full)
}

/** What stands under the first line: the notes and the latest word of a running stage, then warnings. */
const below = (stage: StageView, width: number, paint: Paint): string[] => [
  ...told(stage).map(text => paint.dim(cut(clean(text).replaceAll('\n', ' '), width))),
  ...stage.warnings.map(each =>
    paint.yellow(`warning${each.reused ? ' (from the earlier run)' : ''}: ${clean(each.message).trimEnd()}`),
  ),
]

const told = ({ status, notes, info }: StageView): readonly string[] => {
  if (status === 'interrupted') return notes
  return status === 'started' ? [...notes, ...(info === undefined ? [] : [info])] : []
}

const fitting = (parts: readonly string[], width: number): string[] => {
  let left = width
  return parts.filter(part => {
    const fits = widthOf(part) + 2 <= left
    if (fits) left -= widthOf(part) + 2
    return fits
  })
}
