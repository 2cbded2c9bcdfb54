import { displayPath } from '../diagnostic/format.ts'
import type { Row, Section } from '../plugin/stage-command.ts'
import { duration } from '../report/human.ts'
import { table } from '../report/table.ts'
import type { CompareRecord } from './compare-record.ts'
import { shellWord } from './shell-word.ts'

/** What differs between two runs, for a person to read. */
export const compareSections = ({ a, b, parameters, numbers, times, shared_places }: CompareRecord): Section[] => [
  { title: 'A and B', rows: [['A', sideWords(a)], ['B', sideWords(b)]] }, // biome-ignore format: one below the other
  {
    title: parameters.length === 0 ? 'parameters: all alike' : 'parameters that differ',
    rows: parameters.map(parameterRow),
  },
  ...(numbers.length === 0 ? [] : [{ title: 'numbers', rows: numberRows(numbers) }]),
  ...(times.length === 0 ? [] : [{ title: 'time', rows: timeRows(times) }]),
  ...(shared_places.length === 0 ? [] : [{ title: 'written to one place by both', rows: placeRows(shared_places) }]),
]

/** How a run is named on a command line. */
export const sideWords = ({ file, set, profile }: CompareRecord['a']): string =>
  [file, ...(profile === undefined ? [] : ['--profile', profile]), ...set.flatMap(each => ['--set', each])]
    .map(shellWord)
    .join(' ')

const parameterRow = ({ stage, name, ...values }: CompareRecord['parameters'][number]): Row => {
  if (name === '') return [stage, 'a' in values ? 'only in A' : 'only in B']
  return [parameterName(stage, name), `${written(values.a)} → ${written(values.b)}`]
}

const parameterName = (stage: string, pointer: string): string => `${stage}${pointer.replaceAll('/', '.')}`

const written = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))

const numberRows = (numbers: CompareRecord['numbers']): Row[] => {
  const columns = table(
    numbers.map(({ a, b, difference }) => [
      digits(a),
      digits(b),
      difference === undefined ? '' : difference === 0 ? 'the same' : signed(difference),
    ]),
    [0, 1, 2],
  )
  return numbers.map(({ stage, name }, index) => [`${stage}.${name}`, columns[index]!])
}

const digits = (value: number | undefined): string => (value === undefined ? '–' : String(Number(value.toFixed(4))))
const signed = (value: number): string => `${value > 0 ? '+' : ''}${Number(value.toPrecision(4))}`

const timeRows = (times: CompareRecord['times']): Row[] => {
  const columns = table(
    times.map(({ a_ms, b_ms, same }) => [spent(a_ms), same ? 'the same result' : spent(b_ms)]),
    [0],
  )
  return times.map(({ stage }, index) => [stage, columns[index]!])
}

const placeRows = (places: CompareRecord['shared_places']): Row[] => [
  ...places.map(({ stage, name, path }): Row => [parameterName(stage, name), displayPath(path, process.cwd())]),
  [
    '',
    `It holds what ran last. To keep both, run one with a place of its own: --set ${places.map(({ stage, name }) => `stages.${stage}.with${name.replaceAll('/', '.')}=…`).join(' --set ')}`,
  ],
]

const spent = (ms: number | undefined): string => (ms === undefined ? '–' : duration(ms))
