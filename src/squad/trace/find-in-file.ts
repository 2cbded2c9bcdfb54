import type { KeptResult } from '../../plugin/stage-command.ts'
import { isStageError } from '../../plugin/stage-error.ts'
import { intList } from '../int-list.ts'
import { locateAnswer, prepareContext } from '../locate-answer.ts'
import { parseSquad } from '../parse-squad.ts'
import { faultsOf } from '../question-faults.ts'
import { onlyAnswer } from '../question-rules.ts'
import { readUtf8 } from '../read-text.ts'
import { type Fields, text, type Where } from '../squad-shape.ts'
import { walkSquad } from '../walk-squad.ts'
import { wordAt, words } from '../words.ts'
import type { Way } from './trace-record.ts'

/** The way of a question that stands in the file of a stage, and that the stage has left out; undefined where it does not. */
export async function findInFile(id: string, { stage, config }: KeptResult): Promise<Way | undefined> {
  const { file } = config
  if (typeof file !== 'string') return undefined
  const where: Where = { file }
  const v2 = config.version_2_with_negative === true
  let way: Way | undefined
  try {
    walkSquad(parseSquad(await readUtf8(file), file), where, (context, qa) => {
      if (where.id !== id || way) return
      const question = text(qa, 'question', where)
      way = {
        file,
        for: config.for === 'evaluation' ? 'evaluation' : 'training',
        version_2_with_negative: v2,
        ...explained(stage, question, context, qa, v2, where),
        missing: [],
        stale: [],
      }
    })
  } catch (error) {
    // A file that is gone or is not what it was has nothing to say.
    if (!isStageError(error) && !isMissing(error)) throw error
  }
  return way
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error

function explained(stage: string, question: string, context: string, qa: Fields, v2: boolean, where: Where) {
  const bounds = intList()
  const prepared = prepareContext(context, bounds)
  const settings = { for: 'training', version_2_with_negative: v2 } as const
  const answer = onlyAnswer(qa, prepared.points.length, settings, faultsOf(where.file), where)
  const found = answer && locateAnswer(prepared, answer.text, answer.start)
  const example = {
    kind: 'examples' as const,
    stage,
    question,
    context,
    answers: answer ? [answer.text] : [],
    is_impossible: qa.is_impossible === true,
    answer: null,
  }
  if (!answer || found) return { steps: [example], lost: { stage, code: 'left-out' as const, why: leftOut } }
  const last = Math.min(answer.start + [...answer.text].length, prepared.points.length) - 1
  const [from, to] = [answer.start, last].map(at => wordAt(bounds, prepared.points.offset(at)))
  const there = words(context)
    .slice(Math.max(from!, 0), to! + 1)
    .join(' ')
  const why =
    `the answer ${shown(answer.text)} is not in the words at its answer_start ${answer.start}: ` +
    `there stands ${shown(there)}`
  return { steps: [example], lost: { stage, code: 'answer-not-found' as const, why } }
}

/** Spaces that look like others, which may be all that differs, are spelt out. */
const shown = (text: string): string =>
  JSON.stringify(text).replace(/[^\S ]/g, space => `\\u${space.charCodeAt(0).toString(16).padStart(4, '0')}`)

const leftOut = 'it stands in the file, and is not among the questions that this stage kept'
