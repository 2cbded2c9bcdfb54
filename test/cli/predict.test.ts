import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { casePath } from '../squad/case.ts'
import { cli, folderWith, runInShell, sluice } from './sluice.ts'

const model = casePath('65-resume-gives-the-same-weights', 'm')
const asked = ['--question', 'what is by it ?', '--context', 'a cat is by the house']
const line = (id: number, context = 'a cat is by the house') =>
  `${JSON.stringify({ id, question: 'what is by it ?', context })}\n`
const hint =
  'hint: One question: --question TEXT with --context TEXT or --context-file FILE. Many: a file, or `-` for stdin, with `{"question": …, "context": …}` on each line.\n'

describe('one question', () => {
  it('is answered with the text alone, or with as many answers as are wanted', async () => {
    const folder = folderWith({})
    const one = await sluice(folder, 'predict', model, ...asked)
    expect([one.code, one.err]).toEqual([0, ''])
    const answer = one.out.trimEnd()
    expect('a cat is by the house').toContain(answer)

    const many = await sluice(folder, 'predict', model, ...asked, '--n-best', '3')
    const lines = many.out.trimEnd().split('\n')
    expect(lines.length).toBe(3)
    expect(lines[0]).toMatch(/^\* +\d+\.\d % {2}/)
    expect(lines[0]!.endsWith(`  ${answer}`)).toBe(true)
  })

  it('may be about a file or what comes on stdin, and answered for programs', async () => {
    const folder = folderWith({ 'page.txt': 'a cat is by the house' })
    const ofFile = ['--question', 'what is by it ?', '--context-file', 'page.txt']
    const json = await sluice(folder, 'predict', model, ...ofFile, '--json', '--n-best', '2')
    const record = JSON.parse(json.out)
    expect([Object.keys(record), record.answer, record.nbest.length]).toEqual([
      ['answer', 'probability', 'nbest'],
      expect.any(String),
      2,
    ])
    const piped = await runInShell(
      folder,
      `cat page.txt | $SLUICE predict ${model} --question 'what is by it ?' --context-file -`,
    )
    expect(piped.out).toBe(`${record.answer}\n`)
  })

  it('may have no answer, where that is one', async () => {
    const always = await sluice(folderWith({}), 'predict', model, ...asked, '--null-score-diff-threshold', '-1e6')
    expect(always.out).toBe('(no answer)\n')
    const json = await sluice(folderWith({}), 'predict', model, ...asked, '--version-2-with-negative', '--json')
    expect(Object.keys(JSON.parse(json.out))).toEqual(['answer', 'probability', 'null_odds'])
  })

  it.each([
    [[], 'Expected a question and a context, or a file of them; found neither.'],
    [['--question', 'a'], 'Expected a context for the question; found none.'],
    [['--context', 'a'], 'Expected a question for the context; found none.'],
    [[...asked, '--context-file', 'b'], 'Expected one of --context and --context-file; found both.'],
    [['-', ...asked], 'Expected a file of questions, or --question and a context; found both.'],
  ])('is refused where it is not clear what is asked: %j', async (args, message) => {
    const { code, out, err } = await sluice(folderWith({}), 'predict', model, ...args)
    expect([code, out, err]).toEqual([2, '', `error[what-to-answer] ${message}\n${hint}`])
  })

  it.each([
    [['--n-best', '0'], 'error[flag-value] --n-best needs an integer of at least 1; found `0`.\n'],
    [['--max-seq-length', '4'], 'error[flag-value] --max-seq-length needs an integer of at least 5; found `4`.\n'],
    [['--do-lower-case', 'yes'], 'error[flag-value] --do-lower-case needs true or false; found `yes`.\n'],
    [['--engine', 'torch'], 'error[flag-value] --engine needs auto, onnx, tensorflow or reference; found `torch`.\n'],
    [
      ['--null-score-diff-threshold', 'x'],
      'error[flag-value] --null-score-diff-threshold needs a number; found `x`.\n',
    ],
    [
      ['--n-bst', '3'],
      'error[unknown-flag] `pipeline predict` has no flag `--n-bst`.\nhint: Did you mean `--n-best`?\n',
    ],
    [
      ['--max-seq-length', '65'],
      /^error\[windows-too-long\] `max_seq_length` is 65, but the model has only 64 positions\./,
    ],
  ])('is refused with a flag that is wrong: %j', async (args, message) => {
    const { code, out, err } = await sluice(folderWith({}), 'predict', model, ...asked, ...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  })

  it('fails where the context has no words', async () => {
    const { code, out, err } = await sluice(folderWith({}), 'predict', model, '--question', 'a', '--context', ' ')
    expect([code, out, err]).toEqual([1, '', 'error[no-words] Expected a context with words, found none.\n'])
  })
})

describe('a file of questions', () => {
  it('is answered line by line, in its order', async () => {
    const folder = folderWith({ 'many.jsonl': Array.from({ length: 70 }, (_, id) => line(id)).join('') })
    const { code, out, err } = await sluice(folder, 'predict', model, 'many.jsonl')
    const records = out
      .trimEnd()
      .split('\n')
      .map(each => JSON.parse(each))
    expect([code, err, records.map(({ id }) => id)]).toEqual([0, '', Array.from({ length: 70 }, (_, id) => id)])
    const one = await sluice(folder, 'predict', model, ...asked)
    expect([...new Set(records.map(({ answer }) => answer))]).toEqual([one.out.trimEnd()])
  })

  it('with broken lines is answered where it can be, and tells of the others', async () => {
    const folder = folderWith({
      'broken.jsonl': `${line(1)}{"id":"x","question":5}\n\n{"question"\n${line(5, ' ')}${line(6)}[]\n`,
    })
    const { code, out, err } = await sluice(folder, 'predict', model, 'broken.jsonl')
    expect(code).toBe(1)
    expect(
      out
        .trimEnd()
        .split('\n')
        .map(each => JSON.parse(each)),
    ).toEqual([
      { id: 1, answer: expect.any(String), probability: expect.any(Number) },
      { id: 'x', line: 2, error: 'Expected `question` to be a text, found 5.' },
      { line: 4, error: 'Expected JSON; at column 12 stands the end of the file in place of `:`.' },
      { id: 5, line: 5, error: 'Expected a context with words, found none.' },
      { id: 6, answer: expect.any(String), probability: expect.any(Number) },
      { line: 7, error: 'Expected an object with `question` and `context`, found a list.' },
    ])
    const told = err.split('\n').filter(each => each.startsWith('error'))
    expect(told).toEqual([
      'error[bad-line] broken.jsonl:2:1: Expected `question` to be a text, found 5.',
      'error[bad-line] broken.jsonl:4:12: Expected JSON; at column 12 stands the end of the file in place of `:`.',
      'error[bad-line] broken.jsonl:5:1: Expected a context with words, found none.',
      'error[bad-line] broken.jsonl: 4 lines in all could not be answered: see `error` in the output.',
    ])
  })

  it('is answered on stdin while it is still being written', async () => {
    const child = spawn(process.execPath, [cli, 'predict', model, '-'], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.write(line(1))
    const [first] = await once(child.stdout, 'data')
    expect(JSON.parse(first).id).toBe(1)
    child.stdin.end(line(2).trimEnd())
    const [second] = await once(child.stdout, 'data')
    expect(JSON.parse(second).id).toBe(2)
    expect(await once(child, 'close')).toEqual([0, null])
  })

  it('is read no further than somebody reads the answers', async () => {
    const folder = folderWith({})
    const endless = `while :; do echo '${line(1).trimEnd()}'; done | $SLUICE predict ${model} - | head -1; echo \${PIPESTATUS[@]}`
    const { out, err } = await runInShell(folder, endless)
    // 141: the loop's pipe was closed.
    expect([out.split('\n').slice(1), err]).toEqual([['141 0 0', ''], ''])
  })

  it('that is not there is refused', async () => {
    const { code, err } = await sluice(folderWith({}), 'predict', model, 'none.jsonl')
    expect([code, err]).toEqual([2, 'error[no-file] none.jsonl: There is no such file.\n'])
  })
})
