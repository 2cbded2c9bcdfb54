import { count } from '../../plugin/few.ts'
import type { Row, Section, Words } from '../../plugin/stage-command.ts'
import { squeeze } from '../whitespace.ts'
import { words } from '../words.ts'
import { far, marked, markedText, near, shortened } from './excerpt.ts'
import { type Held, wordsHolding } from './places.ts'
import type { Seat, Step, TracedWindow, Way } from './trace-record.ts'

/** Candidates that are shown; all are in the record. */
export const SHOWN_CANDIDATES = 5
/** Places of one text that are shown. */
const shownPlaces = 2

type Of<K extends Step['kind']> = Step & { readonly kind: K }

/** A question's ways, for a person to read. */
export const traceSections = (id: string, ways: readonly Way[]): Section[] => ways.flatMap(way => wayOf(id, way))

function wayOf(id: string, way: Way): Section[] {
  const [first] = way.steps
  const file: Row[] = way.file === undefined ? [] : [['read from', way.file]]
  const version = way.version_2_with_negative ? ', some questions have no answer (v2.0)' : ''
  return [
    {
      title: [{ style: 'strong', text: id }],
      rows: [
        ...(first?.kind === 'examples' ? [['question', first.question] as const] : []),
        ...file,
        ['for', `${way.for}${version}`],
        ...way.stale.map(staleRow),
      ],
    },
    ...way.steps.map(step => sectionOf(step, first?.kind === 'examples' ? words(first.context) : [])),
    ...(way.lost
      ? [
          {
            title: [`${way.lost.stage}: `, { style: 'bad' as const, text: 'lost here' }],
            rows: [['why', way.lost.why] as const],
          },
        ]
      : []),
    ...way.missing.map(({ stage, make }) => ({
      title: `${stage}: no result as it is now`,
      rows: [['make it', command(make)] as const],
    })),
  ]
}

const staleRow = ({ stage, since, make }: Way['stale'][number]): Row => [
  'earlier run',
  [
    `${stage} is shown as an earlier run made it; ${since.length > 0 ? since.join('; ') : 'what it is made from has changed'}. Make it anew: `,
    ...command(make),
  ],
]

const command = (line: string) => [{ style: 'code', text: line }] as const

const sectionOf = (step: Step, context: readonly string[]): Section => {
  switch (step.kind) {
    case 'examples':
      return { title: `${step.stage}: text and answer`, rows: exampleRows(step) }
    case 'pieces':
      return { title: `${step.stage}: pieces`, rows: pieceRows(step) }
    case 'windows':
      return { title: `${step.stage}: ${count(step.windows.length, 'window')}`, rows: windowRows(step) }
    case 'training-set':
      return { title: `${step.stage}: training set`, rows: [['rows', step.rows.join(', ') || 'none']] }
    case 'predictions':
      return { title: `${step.stage}: ${count(step.candidates, 'candidate')}`, rows: predictionRows(step, context) }
    case 'score':
      return { title: `${step.stage}: score`, rows: scoreRows(step) }
  }
}

function exampleRows({ context, answers, answer, is_impossible }: Of<'examples'>): Row[] {
  const all = words(context)
  const places = wordsHolding(squeeze(answers[0] ?? ''), context)
  const place = answer ? places.find(each => within(each, answer)) : places[0]
  const rows: Row[] = [['context', place ? markedText(all, place) : shortened(all)]]
  if (is_impossible) rows.push(['answer', 'none: the file says that the context does not hold it'])
  else if (answer)
    rows.push(['answer', `${answers[0]} (${range('word', answer.start_word, answer.end_word)} of ${all.length})`])
  else for (const each of new Set(answers)) rows.push([rows.length === 1 ? 'accepted' : '', each])
  return rows
}

function pieceRows(step: Of<'pieces'>): Row[] {
  const cut = step.answer_words.map(({ word, tokens }) => `${word} → ${tokens.join(' ') || '(nothing)'}`)
  return [
    ['question', unknownMarked(step.question_tokens.join(' '))],
    ...(cut.length > 0
      ? [['answer', unknownMarked(cut.slice(0, 12).join(' · ') + (cut.length > 12 ? ' · …' : ''))] as const]
      : []),
    ['context', `${count(step.context_words, 'word')}, ${count(step.context_pieces, 'piece')}`],
    ...(step.unknown > 0
      ? [['unknown', `${count(step.unknown, 'piece')} of question and context [UNK]`] as const]
      : []),
  ]
}

function windowRows({ windows, ...step }: Of<'windows'>): Row[] {
  const { max_seq_length, doc_stride, max_query_length, question_tokens_cut } = step
  return [
    ['settings', `max_seq_length ${max_seq_length}, doc_stride ${doc_stride}, max_query_length ${max_query_length}`],
    ...(question_tokens_cut > 0
      ? [['question', `its last ${count(question_tokens_cut, 'piece')} cut off at max_query_length`] as const]
      : []),
    ...windows.flatMap(window => windowRow(window)),
  ]
}

function windowRow(window: TracedWindow): Row[] {
  const { doc_span_index, start_piece, end_piece, tokens, label, label_is, answer_at, holds, most_context } = window
  const what = [
    range('piece', start_piece, end_piece),
    ...(holds === 'unknown' ? [] : [`${held[holds]} the answer${label === null && answer_at ? at(answer_at) : ''}`]),
    ...(label_is === 'answer' ? [`label ${label![0]} to ${label![1]}`] : []),
    ...(label_is === 'cls' ? ['label [CLS]'] : []),
    ...(label_is === 'none' && most_context !== null
      ? [most_context ? 'a prediction of it may begin here' : 'its start has more context elsewhere']
      : []),
  ]
  const span = label_is === 'answer' ? label : answer_at
  return [
    [`window ${doc_span_index}`, what.join(', ')],
    ['', unknownMarked(span ? marked(tokens, span[0], span[1]) : shortened(tokens, holds === 'unknown' ? far : near))],
  ]
}

const at = ([from, to]: readonly [number, number]): string => (from === to ? ` at ${from}` : ` at ${from} to ${to}`)

/** Pieces, in which `[UNK]` stands out. */
const unknownMarked = (words: Words): Words =>
  (typeof words === 'string' ? [words] : words).flatMap<Exclude<Words, string>[number]>(part =>
    typeof part === 'string' ? part.split(/(\[UNK\])/).map(each => (each === '[UNK]' ? unknown : each)) : [part],
  )
const unknown = { style: 'bad', text: '[UNK]' } as const

const held: Readonly<Record<Exclude<TracedWindow['holds'], 'unknown'>, string>> = {
  all: 'holds',
  part: 'cuts off',
  nothing: 'is without',
}

function predictionRows(step: Of<'predictions'>, context: readonly string[]): Row[] {
  const { prediction, candidates, nbest, null_odds, null_score_diff_threshold: threshold, right, obstacle } = step
  const places = wordsHolding(prediction, context.join(' '))
  const best = nbest.slice(0, SHOWN_CANDIDATES)
  const shown = best.map((each, index): Row => {
    const share = `${(100 * each.probability).toFixed(1)} %`.padStart(7)
    const logits = `${each.start_logit.toFixed(2)} + ${each.end_logit.toFixed(2)}`
    const about = `  (${[logits, ...seats(each.places)].join(', ')})`
    return [`${index + 1} ${share}`, [textOr(each.text), verdict(each), { style: 'faint', text: about }]]
  })
  const odds: Row[] =
    null_odds === undefined
      ? []
      : [['no answer', `its score is ${difference(null_odds)} than the best one's${given(threshold)}`]]
  return [
    ...shown,
    ...(candidates > best.length ? [['', `and ${candidates - best.length} more`] as const] : []),
    ...odds,
    ['prediction', [{ style: 'strong', text: textOr(prediction) }]],
    ...places
      .slice(0, 2)
      .map(
        (place, index): Row => [
          index === 0 ? 'its place' : '',
          [`${range('word', place.start_word, place.end_word)}: `, ...markedText(context, place, near)],
        ],
      ),
    ...(places.length > 2 ? [['', `and ${count(places.length - 2, 'other place')}`] as const] : []),
    ...(right !== 1
      ? [['right one', right === null ? 'not among the candidates' : `candidate ${right}`] as const]
      : []),
    ...(obstacle === undefined ? [] : [['obstacle', obstacle] as const]),
  ]
}

const given = (threshold: number | undefined): string => (threshold === undefined ? '' : `; given above ${threshold}`)

/** `window 0 at 9 to 11 or 1 at 3 to 5` */
function seats(places: readonly Seat[]): string[] {
  if (places.length === 0) return []
  const some = places.slice(0, shownPlaces).map(({ doc_span_index, start, end }) => doc_span_index + at([start, end]))
  return [`window ${some.join(' or ')}${places.length > shownPlaces ? ' or elsewhere' : ''}`]
}

const difference = (odds: number): string => `${Math.abs(odds).toFixed(2)} ${odds < 0 ? 'lower' : 'higher'}`

const verdict = ({ exact, f1 }: { readonly exact: number; readonly f1: number }) =>
  exact === 1 ? ({ style: 'good', text: '  right' } as const) : f1 > 0 ? `  F1 ${f1.toFixed(2)}` : ''

function scoreRows({ exact, f1, prediction, golds }: Of<'score'>): Row[] {
  const best = Math.max(...golds.map(gold => gold.exact + gold.f1))
  const unlike = golds.length > 1 ? golds.filter(gold => gold.exact + gold.f1 === best) : golds
  return [
    [
      'result',
      [
        exact === 1 ? { style: 'good', text: 'right' } : { style: 'bad', text: 'wrong' },
        `: exact match ${exact}, F1 ${f1.toFixed(2)}`,
      ],
    ],
    ['compared', `${quoted(prediction.normalized)}${from(prediction)}`],
    ...unlike
      .filter(({ normalized }, index) => unlike.findIndex(gold => gold.normalized === normalized) === index)
      .map((gold, index): Row => [index === 0 ? 'with' : '', `${quoted(gold.normalized)}${from(gold)}`]),
  ]
}

const from = ({ text, normalized }: { readonly text: string; readonly normalized: string }): string =>
  text === normalized ? '' : `, from ${quoted(text)}`
const quoted = (text: string): string => (text === '' ? '(nothing)' : `“${text}”`)
const textOr = (text: string): string => text || '(no answer)'

const range = (what: string, from: number, to: number): string =>
  from === to ? `${what} ${from}` : `${what}s ${from} to ${to}`

const within = (held: Held, { start_word, end_word }: Pick<Held, 'start_word' | 'end_word'>): boolean =>
  held.start_word >= start_word && held.end_word <= end_word
