import type { ResultsTable, Spread } from './results.ts'

/** The table as `run --json` prints it, its last event but one. */
export const tableEvent = ({ axes, metrics, rows, over, others, means }: ResultsTable): object => ({
  event: 'table',
  axes,
  metrics,
  rows: rows.map(({ cell, status, values, numbers, best }) => ({
    cell,
    status,
    values: named(axes, values),
    numbers: Object.fromEntries(numbers),
    best,
  })),
  ...(over !== undefined && {
    over,
    means: means.map(({ values, spreads, best }) => ({
      values: named(others, values),
      numbers: Object.fromEntries(spreads),
      best,
    })),
  }),
})

const named = (names: readonly string[], values: readonly unknown[]): object =>
  Object.fromEntries(names.map((name, index) => [name, values[index]]))

/**
 * The table as CSV (RFC 4180, but for its line ends). `row` says what a line is: a `cell`, or of the cells that differ only in
 * the axis that is averaged over the `mean`, the `sd` and the number `n`.
 */
export const resultsCsv = ({ axes, metrics, rows, over, others, means }: ResultsTable): string => {
  const line = (row: string, cell: string, status: string, values: readonly string[], numbers: readonly string[]) =>
    [row, cell, status, ...values, ...numbers].map(quoted).join(',')
  const lines = [line('row', 'cell', 'status', axes, metrics)]
  for (const { cell, status, texts, numbers } of rows)
    lines.push(
      line(
        'cell',
        String(cell),
        status,
        texts,
        metrics.map(metric => textOf(numbers.get(metric))),
      ),
    )
  for (const { texts, spreads } of means) {
    const values = axes.map(axis => (axis === over ? '' : texts[others.indexOf(axis)]!))
    for (const part of ['mean', 'sd', 'n'] as const satisfies readonly (keyof Spread)[])
      lines.push(
        line(
          part,
          '',
          '',
          values,
          metrics.map(metric => textOf(spreads.get(metric)?.[part])),
        ),
      )
  }
  return lines.map(each => `${each}\n`).join('')
}

const textOf = (value: number | undefined): string => (value === undefined ? '' : String(value))

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
