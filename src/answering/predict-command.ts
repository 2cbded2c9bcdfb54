import { createReadStream, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandContext } from '../plugin/stage-command.ts'
import { stageError } from '../plugin/stage-error.ts'
import { readText } from '../squad/read-text.ts'
import { answerRecord, answerText } from './answer-record.ts'
import type { Reader } from './answering.types.ts'
import { integerOf, readerSettings, textOf } from './flag-values.ts'
import { openReader } from './open-reader.ts'
import { type Asked, parseQuestion } from './parse-question.ts'
import { readLines } from './read-lines.ts'

/** `pipeline predict MODEL`: one question that flags ask, or a file of them. */
export async function predict(context: CommandContext): Promise<AsyncGenerator<string, boolean>> {
  const { flags } = context
  const [model = '', file] = context.arguments
  const most = integerOf(flags, 'n-best', 1) ?? 1
  const settings = readerSettings(context)
  const asked = [textOf(flags, 'question'), textOf(flags, 'context'), textOf(flags, 'context-file')] as const
  expectOneWay(file, asked)
  const [question, text, textFile] = asked
  if (question === undefined) {
    const path = file === '-' ? undefined : expectFile(file!)
    const reader = await openReader(await context.modelFolder(model), settings)
    const stream = path === undefined ? context.stdin : createReadStream(path)
    return answerLines(reader, {
      ...context,
      stream,
      name: file === '-' ? 'stdin' : file!,
      most,
    })
  }
  const whole = text ?? (await readContext(textFile!, context))
  const reader = await openReader(await context.modelFolder(model), settings)
  return answerOne(reader, { question, context: whole }, { ...context, most })
}

type Shown = CommandContext & { readonly most: number }

async function* answerOne(reader: Reader, question: { question: string; context: string }, shown: Shown) {
  try {
    const [answer] = await reader.answer([question], shown.signal)
    if (answer === undefined) throw stageError({ code: 'no-words', message: NO_WORDS })
    yield shown.json ? `${JSON.stringify(answerRecord(answer, shown.most))}\n` : answerText(answer, shown.most)
    return true
  } finally {
    await reader.close()
  }
}

const NO_WORDS = 'Expected a context with words, found none.'

interface Lines extends Shown {
  readonly stream: AsyncIterable<Uint8Array>
  /** What messages call it. */
  readonly name: string
}

/** Mistakes of lines that are told; all of them stand in the output. */
const TOLD = 3

/** A record for every line, in their order. One that cannot be answered keeps no other from being. */
async function* answerLines(reader: Reader, { stream, stdin, name, most, signal, report }: Lines) {
  const path = stream === stdin ? name : resolve(name)
  let wrong = 0
  const tell = ({ line }: Asked, message: string, column = 1) => {
    if (++wrong <= TOLD) report({ code: 'bad-line', message, file: path, pointer: `${line}:${column}` })
  }
  try {
    for await (const lines of readLines(stream)) {
      const asked = lines.flatMap(line => parseQuestion(line) ?? [])
      const answers = await reader.answer(
        asked.flatMap(each => ('question' in each ? each.question : [])),
        signal,
      )
      let next = 0
      const records = asked.map(each => {
        const answer = 'question' in each ? answers[next++] : undefined
        const id = each.id === undefined ? {} : { id: each.id }
        if (answer) return { ...id, ...answerRecord(answer, most) }
        const [message, column] = 'mistake' in each ? [each.mistake, each.column] : [NO_WORDS, 1]
        tell(each, message, column)
        return { ...id, line: each.line, error: message }
      })
      if (records.length > 0) yield records.map(record => `${JSON.stringify(record)}\n`).join('')
    }
  } finally {
    await reader.close()
  }
  if (wrong > TOLD)
    report({
      code: 'bad-line',
      message: `${name}: ${wrong} lines in all could not be answered: see \`error\` in the output.`,
    })
  return wrong === 0
}

function expectOneWay(file: string | undefined, asked: readonly (string | undefined)[]) {
  const [question, ...contexts] = asked
  const wrong = (message: string) => stageError({ code: 'what-to-answer', message, hint: WAYS })
  const given = contexts.filter(each => each !== undefined).length
  if (file !== undefined && (question !== undefined || given > 0))
    throw wrong('Expected a file of questions, or --question and a context; found both.')
  if (file === undefined && question === undefined && given === 0)
    throw wrong('Expected a question and a context, or a file of them; found neither.')
  if (file === undefined && question === undefined) throw wrong('Expected a question for the context; found none.')
  if (file === undefined && given === 0) throw wrong('Expected a context for the question; found none.')
  if (given > 1) throw wrong('Expected one of --context and --context-file; found both.')
}

const WAYS =
  'One question: --question TEXT with --context TEXT or --context-file FILE. Many: a file, or `-` for stdin, with `{"question": …, "context": …}` on each line.'

function expectFile(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat) throw stageError({ code: 'no-file', message: 'There is no such file.', file })
  if (stat.isDirectory())
    throw stageError({ code: 'unreadable-file', message: 'Expected a file, found a folder.', file })
  return file
}

async function readContext(file: string, { stdin }: CommandContext): Promise<string> {
  if (file !== '-') return readText(expectFile(file))
  const parts: Uint8Array[] = []
  for await (const part of stdin) parts.push(part)
  return Buffer.concat(parts).toString()
}
