import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { casePath, caseText, expected, normalized } from '../squad/case.ts'
import { type Ended, folderWith, runInShell, sluice, start } from './sluice.ts'

// The checks of test/cases as they are written there, with the built command. What they say of pure functions is tested
// with those.

/** A copy of a case, in which results and outputs may be made. */
const caseFolder = (name: string): string => {
  const folder = folderWith({})
  cpSync(casePath(name), folder, { recursive: true })
  return folder
}

const set = (changes: readonly string[]): string[] => changes.flatMap(change => ['--set', `stages.${change}`])

const jsonLines = ({ code, out }: Ended) => {
  expect(code).toBe(0)
  return out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}

/** What became of each stage in a `run --json`. */
const statuses = (ended: Ended): Readonly<Record<string, string>> =>
  Object.fromEntries(
    jsonLines(ended)
      .filter(({ event, status }) => event === 'stage' && status !== 'started')
      .map(({ name, status }) => [name, status]),
  )

const nothingRan = (folder: string): boolean =>
  !existsSync(join(folder, '.sluice/v1/entries')) || readdirSync(join(folder, '.sluice/v1/entries')).length === 0

/** The diagnostics of an output, each with the line of the file that it points at. */
const diagnosticsIn = (err: string) =>
  err.split('\n\n').map(text => ({ text, line: Number(/^\S+ [^\s:]+:(\d+):\d+: /.exec(text.trimStart())?.[1]) }))

/** Runs `pipeline run ARGS` and says the most memory it held (VmHWM, kB), too. */
const runMeasured = async (folder: string, args: string): Promise<Ended & { readonly peak: number }> => {
  const ended = await runInShell(
    folder,
    `$SLUICE run ${args} > out.txt & pid=$!
     peak=0
     while kill -0 $pid 2> /dev/null; do
       now=$(grep -s VmHWM /proc/$pid/status | tr -dc 0-9); [ "\${now:-0}" -gt $peak ] && peak=$now; sleep 0.1
     done
     wait $pid; code=$?; echo $peak; exit $code`,
  )
  return { ...ended, out: readFileSync(join(folder, 'out.txt'), 'utf8'), peak: Number(ended.out) }
}

describe('windows, as `cat` prints them', () => {
  // Case, pipeline, stage, changes, and where expected.json has the windows; what the run says of them on stderr.
  it.each<[string, string, string, string[], string, string[]?]>([
    ['03-answer-start-off-by-one', 'pipeline.yaml', 'span', [], 'features', ['2 of 8', 'q-late4', 'q-case']],
    ['05-emoji-offsets', 'pipeline.yaml', 'span', [], 'features'],
    ['06-bom-and-crlf', 'pipeline.yaml', 'span', [], 'features'],
    ['11-accents-and-lowercase', 'pipeline.yaml', 'span', [], 'features'],
    ['11-accents-and-lowercase', 'pipeline.yaml', 'span', ['tokenize.with.do_lower_case=false'], 'cased'],
    ['14-long-and-unknown-words', 'pipeline.yaml', 'span', [], 'features'],
    ['17-cased-vocab-lowercased', 'pipeline.yaml', 'span', [], 'features', ['do_lower_case', '4 of 17']],
    ['17-cased-vocab-lowercased', 'pipeline.yaml', 'span', ['tokenize.with.do_lower_case=false'], 'cased', []],
    ['20-stride-beyond-window', 'pipeline.yaml', 'span', [], 'features'],
    ['22-answer-across-windows', 'pipeline.yaml', 'span', [], 'features'],
    ['32-merge-duplicate-tab', 'merge.yaml', 'span2', [], 'merged'],
    ['32-merge-duplicate-tab', 'alias.yaml', 'span2', [], 'aliased'],
    ['35-variables-in-variables', 'vars.yaml', 'span', [], 'features'],
  ])('%s: %s, %s %j', async (name, file, stage, changes, windows, said) => {
    const folder = caseFolder(name)
    const { code, err } = await sluice(folder, 'run', file, ...set(changes))
    expect(code).toBe(0)
    for (const part of said ?? []) expect(err).toContain(part)
    if (said?.length === 0) expect(err).toBe('')
    if (said === undefined) expect(err).not.toContain('left out')
    const records = jsonLines(await sluice(folder, 'cat', file, stage, '--format', 'jsonl', ...set(changes)))
    expect(records.map(normalized)).toEqual(expected(name)[windows].map(normalized))
  })

  it('61-cjk-context-without-spaces', async () => {
    const name = '61-cjk-context-without-spaces'
    const folder = caseFolder(name)
    expect((await sluice(folder, 'run', 'pipeline.yaml', '--until', 'span')).code).toBe(0)
    const records = jsonLines(await sluice(folder, 'cat', 'pipeline.yaml', 'span', '--format', 'jsonl'))
    const lines = caseText(name, 'expected.jsonl').trimEnd().split('\n')
    expect(records).toEqual(lines.map(line => JSON.parse(line)))
  })

  it.each(Object.entries(expected('09-vocab-line-number-is-id').input_ids))(
    '09-vocab-line-number-is-id: %s',
    async (file, ids) => {
      const folder = caseFolder('09-vocab-line-number-is-id')
      const vocab = set([`tokenize.with.vocab=./${file}`])
      expect((await sluice(folder, 'run', 'pipeline.yaml', ...vocab)).code).toBe(0)
      const [record] = jsonLines(await sluice(folder, 'cat', 'pipeline.yaml', 'span', '--format', 'jsonl', ...vocab))
      expect(record.input_ids).toEqual(ids)
    },
  )
})

describe('refused while it runs: exit code 1', () => {
  it.each<[string, string[], string[], string?]>([
    ['01-exactly-one-answer', [], ['q-none', 'q-three', 'version_2_with_negative']],
    ['01-exactly-one-answer', ['read.with.version_2_with_negative=true'], ['q-three', '3'], 'q-none'],
    ['18-no-room-for-document', [], ['max_seq_length', 'max_query_length', '16', '64', 'q14']],
    [
      '18-no-room-for-document',
      ['read.with.file=./zero.json', 'span.with.max_seq_length=16'],
      ['max_seq_length', 'max_query_length', '16', '64', 'q13'],
    ],
    ['51-noisy-child', ['loud.with.run=echo', 'fail.with.run=kill -TERM $$'], ['SIGTERM', 'kill -TERM $$']],
    ['51-noisy-child', ['loud.with.run=echo', 'fail.with.run=no-such-program'], ['no-such-program: not found', '127']],
  ])('%s %j', async (name, changes, parts, absent) => {
    const { code, err } = await sluice(caseFolder(name), 'run', 'pipeline.yaml', ...set(changes))
    expect(code).toBe(1)
    const problem = err.slice(err.indexOf('error['))
    for (const part of parts) expect(problem).toContain(part)
    if (absent !== undefined) expect(problem.slice(0, problem.indexOf('\n'))).not.toContain(absent)
  })

  it('51-noisy-child: 200 MB pass in little memory; exit code, last lines and command are in the error', async () => {
    const { code, out, err, peak } = await runMeasured(caseFolder('51-noisy-child'), 'pipeline.yaml --json')
    expect(code).toBe(1)
    expect(peak).toBeLessThan(500_000)
    expect(out).toContain('"name":"loud","status":"ran"')
    expect(err).toBe(`error[command-failed] Expected the command to end with exit code 0, but it ended with 7.
The command:
    echo why >&2; exit 7
The last of its output:
    why
`)
  })

  it.each(Object.entries<string[]>(expected('38-lfs-pointer-as-weights')).filter(([, words]) => Array.isArray(words)))(
    '38-lfs-pointer-as-weights: %s',
    async (file, words) => {
      const folder = caseFolder('63-ways-to-write-a-learning-rate')
      const weights = casePath('38-lfs-pointer-as-weights', `${file}.safetensors`)
      copyFileSync(weights, join(folder, 'm/model.safetensors'))
      const { code, err, peak } = await runMeasured(folder, 'pipeline.yaml')
      expect(code).toBe(1)
      expect(peak).toBeLessThan(1_000_000)
      expect(err).toContain('m/model.safetensors')
      for (const word of words) expect(err).toContain(word)
    },
  )
})

describe('refused before anything runs: exit code 2', () => {
  // What the message of some diagnostic has, and the line it points at.
  it.each<[string, string, string[], string[], number?]>([
    ['32-merge-duplicate-tab', 'run dup.yaml', [], ['max_seq_length'], 9],
    ['32-merge-duplicate-tab', 'run tab.yaml', [], [], 7],
    ['35-variables-in-variables', 'run missing.yaml', [], ['vars.strid', 'vars.stride'], 12],
    ['35-variables-in-variables', 'run circle.yaml', [], ['stride', 'again'], 5],
    ['66-windows-longer-than-the-model', 'validate pipeline.yaml', [], ['600', '512', 'max_seq_length', 'config.json']],
    ['67-output-folder-not-empty', 'run pipeline.yaml', [], ['out', 'overwrite_output_dir'], 8],
    ['67-output-folder-not-empty', 'run empty.yaml', [], ['output_dir', '""'], 8],
    [
      '63-ways-to-write-a-learning-rate',
      'run pipeline.yaml',
      ['train.with.engine=tensorflow'],
      ['npm install @tensorflow/tfjs-node@4.22.0'],
    ],
  ])('%s: %s %j', async (name, command, changes, parts, line) => {
    const folder = caseFolder(name)
    const { code, err } = await sluice(folder, ...command.split(' '), ...set(changes))
    expect(code).toBe(2)
    const found = diagnosticsIn(err).filter(({ text }) => parts.every(part => text.includes(part)))
    expect(found, err).toHaveLength(1)
    if (line !== undefined) expect(found[0]?.line).toBe(line)
    expect(nothingRan(folder)).toBe(true)
  })

  it('66-windows-longer-than-the-model: 512 is accepted', async () => {
    const folder = caseFolder('66-windows-longer-than-the-model')
    const { code } = await sluice(folder, 'validate', 'pipeline.yaml', ...set(['span.with.max_seq_length=512']))
    expect(code).toBe(0)
  })

  it('09-vocab-line-number-is-id: a vocabulary without [CLS]', async () => {
    const name = '09-vocab-line-number-is-id'
    const folder = caseFolder(name)
    writeFileSync(join(folder, 'without.txt'), caseText(name, 'nonewline.txt').replace('[CLS]\n', ''))
    const { code, err } = await sluice(folder, 'run', 'pipeline.yaml', ...set(['tokenize.with.vocab=./without.txt']))
    expect(code).toBe(2)
    expect(err).toMatch(/error\[.*without\.txt: .*\[CLS\]/)
    expect(nothingRan(folder)).toBe(true)
  })

  const pairs = expected('64-misspelt-parameter').pairs.map(([key, near, line]: [string, string, number]) => [
    key,
    line,
    near,
  ])
  it.each<[string, string, (readonly [string, number, string?])[]]>([
    ['36-no-coercion-all-errors', 'bad.yaml', expected('36-no-coercion-all-errors').errors],
    ['64-misspelt-parameter', 'pipeline.yaml', pairs],
  ])('%s: every mistake at once, none twice', async (name, file, mistakes) => {
    const folder = caseFolder(name)
    const { code, err } = await sluice(folder, 'validate', file)
    expect(code).toBe(2)
    for (const [key, line, near = ''] of mistakes) {
      const about = diagnosticsIn(err).filter(
        each => each.line === line && each.text.split('\n')[0]?.includes(`\`${key}\``),
      )
      expect(about, `${key} on line ${line} in:\n${err}`).toHaveLength(1)
      expect(about[0]?.text).toContain(near)
    }
    expect(nothingRan(folder)).toBe(true)
  })

  const learningRates = '63-ways-to-write-a-learning-rate'
  it.each(caseText(learningRates, 'values.txt').slice(0, -1).split('\n'))(`${learningRates}: %s`, async value => {
    const { exit_code, contains = [] } = expected(learningRates)[value]
    const folder = caseFolder(learningRates)
    writeFileSync(join(folder, 'now.yaml'), caseText(learningRates, 'template.yaml').replace('@VALUE@', value))
    const { code, err } = await sluice(folder, 'validate', 'now.yaml')
    expect(code).toBe(exit_code)
    for (const part of contains) expect(err).toMatch(new RegExp(`now\\.yaml:7:\\d+: .*${part}`, 's'))
  })
})

describe('what is reused', () => {
  it('23-v1-v2-flag-in-key', async () => {
    const name = '23-v1-v2-flag-in-key'
    const folder = caseFolder(name)
    for (const { do: change, note, ...wanted } of expected(name).steps) {
      const changes = change === 'run' ? [] : change.split(' ')
      expect(statuses(await sluice(folder, 'run', 'pipeline.yaml', '--json', ...changes)), change).toMatchObject(wanted)
    }
  })

  it('25-early-cut-off', async () => {
    const name = '25-early-cut-off'
    const folder = caseFolder(name)
    await sluice(folder, 'run', 'pipeline.yaml')
    copyFileSync(join(folder, 'data-pretty.json'), join(folder, 'data.json'))
    const { after_pretty, reordered } = expected(name)
    expect(statuses(await sluice(folder, 'run', 'pipeline.yaml', '--json'))).toEqual(after_pretty)
    expect(statuses(await sluice(folder, 'run', 'pipeline-reordered.yaml', '--json'))).toEqual(reordered)
  })

  it('62-touch-does-not-rerun', async () => {
    let folder = caseFolder('62-touch-does-not-rerun')
    const input = () => join(folder, 'input.json')
    const nothingToDo = async (why: string) =>
      expect((await sluice(folder, 'plan', 'pipeline.yaml', '--exit-code')).code, why).toBe(0)
    expect((await sluice(folder, 'plan', 'pipeline.yaml', '--exit-code')).code).toBe(3)
    await sluice(folder, 'run', 'pipeline.yaml')

    utimesSync(input(), new Date(), new Date())
    await nothingToDo('touched')
    copyFileSync(input(), join(folder, 'x'))
    renameSync(join(folder, 'x'), input())
    await nothingToDo('copied')
    writeFileSync(input(), readFileSync(input()))
    await nothingToDo('written again')
    for (const command of ['plan', 'graph', 'explain', 'validate']) await sluice(folder, command, 'pipeline.yaml')
    await sluice(folder, 'cat', 'pipeline.yaml', 'span')
    await nothingToDo('looked at')
    const moved = join(folderWith({}), 'moved')
    renameSync(folder, moved)
    folder = moved
    await nothingToDo('moved')

    writeFileSync(input(), JSON.stringify(JSON.parse(readFileSync(input(), 'utf8'))))
    expect(statuses(await sluice(folder, 'run', 'pipeline.yaml', '--json'))).toEqual({
      read: 'ran',
      tokenize: 'cached',
      span: 'cached',
      cache: 'cached',
    })
  })

  it('67-output-folder-not-empty: foreign files stay, what is gone is saved again without training', async () => {
    const folder = caseFolder('67-output-folder-not-empty')
    expect((await sluice(folder, 'run', 'overwrite.yaml')).code).toBe(0)
    const saved = readdirSync(join(folder, 'out')).sort()
    expect(saved).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'notes.txt']))
    // It is ours now: the flag is not needed again.
    appendFileSync(join(folder, 'out/config.json'), ' ')
    expect(statuses(await sluice(folder, 'run', 'pipeline.yaml', '--json'))).toMatchObject({
      train: 'cached',
      save: 'ran',
    })
    rmSync(join(folder, 'out'), { recursive: true })
    expect(statuses(await sluice(folder, 'run', 'pipeline.yaml', '--json'))).toMatchObject({
      train: 'cached',
      save: 'ran',
    })
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(saved.filter(file => file !== 'notes.txt'))
  })
})

describe('training', () => {
  it('40-schedule-and-accumulation: the rates that `train` reports', async () => {
    const { learning_rates, warmup_0, max_steps_4 } = expected('40-schedule-and-accumulation')
    const folder = caseFolder('63-ways-to-write-a-learning-rate')
    const settings = caseText('40-schedule-and-accumulation', 'settings.yaml').trimEnd().split('\n')
    const common = [...settings, 'logging_steps: 1'].map(line => `train.with.${line.replace(': ', '=')}`)
    for (const [change, rates] of [
      ['train.with.warmup_steps=2', learning_rates],
      ['train.with.warmup_steps=0', warmup_0],
      ['train.with.max_steps=4', max_steps_4],
    ]) {
      const run = sluice(folder, 'run', 'pipeline.yaml', '--json', '--until', 'train', ...set([...common, change]))
      const steps = jsonLines(await run).filter(({ event }) => event === 'step')
      expect(steps.map(({ learning_rate }) => learning_rate)).toEqual(
        rates.map((rate: number) => expect.closeTo(rate, 12)),
      )
    }
  })
})

describe('processes and output', () => {
  it('27-stale-lock-and-two-runs: after kill -9 the next run needs no help', async () => {
    const folder = caseFolder('27-stale-lock-and-two-runs')
    const { child, ended } = start(folder, ['run', 'pipeline.yaml'])
    await expect.poll(() => readdirSync(join(folder, '.sluice/v1/locks')).length, { timeout: 60_000 }).toBe(1)
    setTimeout(() => child.kill('SIGKILL'), 1000)
    await ended
    expect((await sluice(folder, 'run', 'pipeline.yaml')).code).toBe(0)
    expect(readFileSync(join(folder, 'count.txt'), 'utf8')).toBe('x\n')
  })

  it('27-stale-lock-and-two-runs: of two runs at once the second uses what the first makes', async () => {
    const folder = caseFolder('27-stale-lock-and-two-runs')
    const both = await Promise.all([1, 2].map(() => sluice(folder, 'run', 'pipeline.yaml')))
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(readFileSync(join(folder, 'count.txt'), 'utf8')).toBe('x\n')
    const words = both.map(({ out }) => (/^slow: (done|reused)/m.exec(out) ?? [])[1])
    expect(words.sort()).toEqual(['done', 'reused'])
  })

  it('49-plain-output-in-ci: no control characters, one started and one done or reused line a stage', async () => {
    const folder = caseFolder('49-plain-output-in-ci')
    for (const ending of ['done', 'reused']) {
      const { code, out, err } = await sluice(folder, 'run', 'pipeline.yaml')
      expect([code, /[\u001b\r]/.test(out + err)]).toEqual([0, false])
      for (const stage of ['read', 'tokenize', 'span']) {
        const lines = out.split('\n').filter(line => line.startsWith(`${stage}: `))
        expect(lines.filter(line => line === `${stage}: started`)).toHaveLength(1)
        expect(lines.filter(line => line.startsWith(`${stage}: ${ending}`))).toHaveLength(1)
      }
    }
    jsonLines(await sluice(folder, 'cat', 'pipeline.yaml', 'span'))
    jsonLines(await sluice(folder, 'run', 'pipeline.yaml', '--json'))
  })
})
