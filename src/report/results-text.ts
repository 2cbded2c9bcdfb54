import { clean } from './clean.ts'
import { number, score } from './human.ts'
import type { ResultsTable, Spread } from './results.ts'
import { table } from './table.ts'

/**
 * The table as text, then the means. `width` is what a line may have: where the columns do not fit, each row becomes a few
 * lines. `names` are what the axes are called.
 */
export const resultsText = (results: ResultsTable, names: ReadonlyMap<string, string>, width: number): string[] => {
  const { axes, rows, others, over, means, metrics } = results
  const called = (axis: string): string => names.get(axis) ?? axis
  const done = rows.every(({ status }) => status === 'done')
  const cells = metrics.map(metric =>
    columnOf(
      metric,
      rows.map(({ numbers }) => [numbers.get(metric)]),
      rows,
    ),
  )
  const lines = laidOut(
    ['#', ...axes.map(called), ...(done ? [] : ['status'])],
    rows.map(({ cell, texts, status }) => [String(cell), ...texts, ...(done ? [] : [statusText(status)])]),
    cells,
    width,
  )
  if (over !== undefined && metrics.length > 0) {
    const spreads = metrics.map(metric => {
      const numbers = means.map(({ spreads }) => [spreads.get(metric)?.mean, spreads.get(metric)?.sd])
      return columnOf(metric, numbers, means)
    })
    const heads = means.map(row => [...row.texts, countText(row.spreads)])
    lines.push('', `mean ± standard deviation over ${called(over)}`)
    lines.push(...laidOut([...others.map(called), 'n'], heads, spreads, width))
  }
  const marked = [...rows, ...means].some(({ best }) => best.length > 0)
  return (marked ? [...lines, '', '* the best'] : lines).map(clean)
}

interface Column {
  readonly metric: string
  readonly texts: readonly string[]
}

/** A column of numbers, each alone or with its `±`, all with the same decimals; a mark stands behind the best. */
const columnOf = (
  metric: string,
  rows: readonly (readonly (number | undefined)[])[],
  marks: readonly { readonly best: readonly string[] }[],
): Column => {
  const decimals = Math.max(0, ...rows.flat().map(decimalsOf))
  const parts = [0, 1].map(place => toTheRight(rows.map(row => figure(row[place], decimals))))
  const isBest = marks.map(({ best }) => best.includes(metric))
  const texts = rows.map(([mean, sd], index) => {
    if (mean === undefined) return '–'
    const spread = sd === undefined ? '' : ` ± ${parts[1]![index]}`
    return `${parts[0]![index]}${spread}${isBest[index] ? ' *' : ''}`
  })
  return { metric, texts }
}

const laidOut = (
  titles: readonly string[],
  heads: readonly (readonly string[])[],
  columns: readonly Column[],
  width: number,
): string[] => {
  const rows = heads.map((head, index) => [...head, ...columns.map(({ texts }) => texts[index]!)])
  const wide = table([[...titles, ...columns.map(({ metric }) => metric)], ...rows])
  if (wide.every(line => [...line].length <= width)) return wide
  return heads.flatMap((head, index) => {
    const said = titles.map((title, at) => (title === '#' ? head[at]! : `${title} ${head[at]}`))
    const numbers = columns.map(({ metric, texts }) => `${metric} ${texts[index]!.trim().replaceAll(/ +/g, ' ')}`)
    return [...wrapped(said, '', width), ...wrapped(numbers, '    ', width)]
  })
}

/** Items behind each other, on as many lines as they need; one that is too long for a line has one to itself. */
const wrapped = (items: readonly string[], indent: string, width: number): string[] => {
  const lines: string[] = []
  for (const item of items) {
    const longer = `${lines.at(-1)}  ${item}`
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer
    else lines.push(`${lines.length > 0 && indent === '' ? '    ' : indent}${item}`)
  }
  return lines
}

/** Up to four decimals; what would then be nothing, as `5e-5`. */
const figure = (value: number | undefined, decimals: number): string => {
  if (value === undefined) return ''
  return isTiny(value) ? number(value) : Number.isFinite(value) ? value.toFixed(decimals) : String(value)
}

const decimalsOf = (value: number | undefined): number =>
  value === undefined || isTiny(value) ? 0 : (score(value).split('.')[1]?.length ?? 0)

const isTiny = (value: number): boolean => value !== 0 && Math.abs(value) < 1e-3

const toTheRight = (texts: readonly string[]): readonly string[] => {
  const widest = Math.max(...texts.map(text => text.length))
  return texts.map(text => text.padStart(widest))
}

/** How many numbers a mean is of: one count where it is the same of all metrics. */
const countText = (spreads: ReadonlyMap<string, Spread>): string => {
  const counts = [...new Set([...spreads.values()].map(({ n }) => n))].sort((one, other) => one - other)
  return counts.length === 0 ? '0' : counts.length === 1 ? String(counts[0]) : `${counts[0]}–${counts.at(-1)}`
}

const statusText = (status: string): string => (status === 'skipped' ? 'not run' : status)
