import { count } from '../../plugin/few.ts'
import { didYouMean } from '../../plugin/nearest.ts'
import type { KeptResult, ResultsCommand } from '../../plugin/stage-command.ts'
import { type StageError, stageError } from '../../plugin/stage-error.ts'
import { Examples } from '../examples.ts'
import { type Kept, keptArtifacts } from './artifacts.ts'
import { findInFile } from './find-in-file.ts'
import { traceQuestion } from './trace-question.ts'
import { TraceRecord, type Way } from './trace-record.ts'
import { traceSections } from './trace-text.ts'

/** The command `trace`: one question's way through everything that was made of it. */
const trace: ResultsCommand = {
  looksAt: 'results',
  about:
    "Shows one question's way: text, words, pieces, windows and label, candidates, answer and score; or where it was lost, and why. Reads the cache, and computes nothing.",
  examples: [
    ['pipeline trace squad.yaml --question d1-0', 'the way of the question with this id'],
    ['pipeline trace squad.yaml --question d1-0 --json', 'all of it, for programs (schemas/trace.schema.json)'],
  ],
  flags: {
    question: {
      type: 'string',
      value: 'ID',
      about: "a question's id, as its file and `pipeline cat FILE read` have it",
      required: true,
    },
  },
  answers: { name: 'trace', schema: TraceRecord },
  async run({ flags, results }) {
    const asked = String(flags.question)
    const read = keptArtifacts(results).filter(each => each.kind === Examples.kind && each.from.length === 0)
    if (read.length === 0) throw stageError(noQuestions)
    const found = await traceQuestion(asked, results)
    const ways = found.length > 0 ? found : await inFiles(asked, read)
    if (ways.length === 0) throw await notFound(asked, read)
    return { sections: traceSections(asked, ways), record: { id: asked, ways } satisfies TraceRecord }
  },
}

/** The commands that come with the stage `read`. */
export const traceCommands = { trace } as const

const isThere = ({ result, port }: Kept): boolean => result.outputs[port]?.read !== undefined

async function inFiles(id: string, read: readonly Kept[]): Promise<Way[]> {
  const ways = await Promise.all(read.filter(isThere).map(({ result }) => findInFile(id, result)))
  return ways.filter(way => way !== undefined)
}

const noQuestions = {
  code: 'no-questions',
  message: 'This pipeline has no questions to trace: none of its stages makes `examples`.',
  hint: 'The stage `read` makes them; `pipeline stages` lists the others.',
}

async function notFound(id: string, read: readonly Kept[]): Promise<StageError> {
  const absent = read.filter(each => !isThere(each)).map(({ result }) => result)
  if (absent.length === read.length) return notThere(absent)
  const all: string[] = []
  for (const { result, port } of read.filter(isThere))
    all.push(...((await result.outputs[port]!.read!()) as Examples).ids)
  const near = didYouMean(id, all, 'The first of them')
  return stageError({
    code: 'unknown-question',
    message: `There is no question ${JSON.stringify(id)} among the ${count(all.length, 'question')} that were read, nor among those left out.`,
    hint: [...(near ? [near] : []), ...(absent.length > 0 ? [`Not all have been read. ${makes(absent)}`] : [])].join(
      '\n',
    ),
  })
}

const notThere = (absent: readonly KeptResult[]): StageError => {
  const names = absent.map(({ stage }) => `\`${stage}\``)
  return stageError({
    code: 'not-in-cache',
    message:
      names.length === 1
        ? `The cache holds no result of stage ${names[0]} as it is now.`
        : `The cache holds no results of the stages ${names.join(' and ')} as they are now.`,
    hint: makes(absent),
  })
}

const makes = (absent: readonly KeptResult[]): string =>
  `${absent.length === 1 ? 'Make it' : 'Make them'}: ${absent.map(({ make }) => make).join('\n')}`
