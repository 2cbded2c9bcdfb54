import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith, follow, sluice, start, type Told } from '../cli/sluice.ts'

// What the code of a stage that is not ours may do to the process that it runs in.

const kind = `
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineArtifact, Type } from 'sluice'

export const Count = defineArtifact<{ n: number }>({
  kind: 'count',
  version: 1,
  schema: Type.Object({ n: Type.Integer() }),
  write: (value, dir) => writeFileSync(join(dir, 'n.json'), JSON.stringify(value)),
  read: dir => JSON.parse(readFileSync(join(dir, 'n.json'), 'utf8')),
  records: value => [value],
})
`
const stage = (run: string, ports = 'outputs: { count: Count }'): string => `
import { existsSync, writeFileSync } from 'node:fs'
import { defineStage, Type } from 'sluice'
import { Count } from './count.ts'

export default defineStage({
  name: 'odd',
  version: 1,
  summary: 'Does odd things.',
  config: Type.Object({}),
  ${ports},
  async run({ inputs, signal }): Promise<any> {
    ${run}
  },
})
`
const good = 'return { count: { n: 1 } }'
const project = (run: string): string =>
  folderWith({
    'odd.yaml': 'name: odd\nstages:\n  odd: { uses: ./odd.ts }\n',
    'odd.ts': stage(run),
    'count.ts': kind,
  })

/** Without what differs from one build, and one folder, to the next: frames of ours, and where those of the stage are. */
const withoutFrames = (text: string): string =>
  text.replaceAll(/\n +at (?:(?!odd\.ts).)*$/gm, '').replaceAll(/\(?\S*\/(odd\.ts):\d+:\d+\)?/g, '$1')

/** Nothing is kept of it; but for a lock, which its death frees. */
const kept = (folder: string): readonly string[] =>
  ['entries', 'tmp'].flatMap(name => readdirSync(join(folder, '.sluice/v1', name)))

const bug = (what: string): string => `error: stage 'odd' failed in a way that it did not foresee: ${what}
This is a bug, not a mistake in the pipeline. Please report it to the stage's author, with these lines.`
const twice = (message: string): string => `${message}\nError: ${message}`
const record = 'record 0 of the output `count` of stage odd does not fit the schema of the kind count:'
const uncaught = (
  what: string,
): string => `error[sudden-end] While stage \`odd\` ran, an error came where nobody could catch it:
${what}
hint: It comes from a callback, or from a promise that nobody awaits: \`await\` it in the stage.`
const exited = (
  code: number,
): string => `error[sudden-end] Expected stage \`odd\` to return or to throw, but the whole process was ended with exit code ${code}:
    at Object.run odd.ts
hint: Throw an error instead of calling process.exit: then what other stages have made is kept.`

describe('a stage that', () => {
  it.each<[string, string, string]>([
    ['throws', `throw new Error('no')`, bug('no\nError: no\n    at Object.run odd.ts')],
    ['throws what is no error', `throw 'a text'`, bug('a text was thrown\n')],
    ['throws nothing', 'throw undefined', bug('undefined was thrown\n')],
    [
      'returns no ports',
      'return 5',
      bug(
        'stage odd must return the outputs count; it returned none\nError: stage odd must return the outputs count; it returned none',
      ),
    ],
    [
      'returns another port',
      'return { n: { n: 1 } }',
      bug(
        'stage odd must return the outputs count; it returned n\nError: stage odd must return the outputs count; it returned n',
      ),
    ],
    [
      'returns another type',
      `return { count: { n: 'one' } }`,
      bug(twice(`${record} at \`n\` expected an integer; found the string "one"`)),
    ],
    [
      'returns no object',
      'return { count: 5 }',
      bug(twice(`${record} expected a map with the keys n; found the number 5`)),
    ],
    ['ends the process as if all were well', 'process.exit(0)', exited(0)],
    ['ends the process', 'process.exit(3)', exited(3)],
    [
      'throws later',
      `setTimeout(() => { throw new Error('late') }); await new Promise(r => setTimeout(r, 60_000))`,
      uncaught('Error: late\n    at Timeout._onTimeout odd.ts'),
    ],
    [
      'rejects later',
      `setTimeout(async () => { throw new Error('late') }); await new Promise(r => setTimeout(r, 60_000))`,
      uncaught('Error: late\n    at Timeout._onTimeout odd.ts'),
    ],
    [
      'rejects later with nothing',
      'Promise.reject(undefined); await new Promise(r => setTimeout(r, 60_000))',
      uncaught(
        'UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "undefined".',
      ),
    ],
    [
      'waits for what never comes',
      'await new Promise(() => {})',
      `error[sudden-end] Expected stage \`odd\` to return or to throw, but it waits for something that cannot come any more.
hint: Look there for a promise that is never settled.`,
    ],
  ])('%s: exit code 1, words that name it, and nothing that looks done', async (_, run, words) => {
    const folder = project(run)
    for (const more of [[], ['--json']]) {
      const { code, out, err } = await sluice(folder, 'run', 'odd.yaml', ...more)
      expect([code, withoutFrames(err).trim()]).toEqual([1, words])
      expect(kept(folder)).toEqual([])
      if (more.length === 0) continue
      const events: Told[] = out
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line))
      expect(events.map(({ event, status, stage }) => [event, status ?? stage])).toEqual([
        ['run', 'started'],
        ['stage', 'started'],
        [expect.stringMatching(/^(bug|diagnostic)$/), 'odd'],
        ['stage', 'failed'],
        ['run', 'failed'],
      ])
    }
  })

  it('ends the process beside another: both are named, and neither is said to be the one', async () => {
    const folder = folderWith({
      'odd.yaml':
        'name: odd\nstages:\n  odd: { uses: ./odd.ts }\n  other: { uses: shell, with: { run: "touch here; sleep 300" } }\n',
      'odd.ts': stage(`while (!existsSync('here')) await new Promise(r => setTimeout(r, 20)); process.exit(0)`),
      'count.ts': kind,
    })
    const { child, ended } = start(folder, ['run', 'odd.yaml', '--json', '--jobs', '2'])
    const events = follow(child)
    const { code, err } = await ended
    expect([code, withoutFrames(err).trim()]).toEqual([
      1,
      exited(0).replace('stage `odd`', 'one of the stages `odd`, `other`'),
    ])
    expect(events.slice(-3).map(({ name, status }) => [name, status])).toEqual([
      ['odd', 'interrupted'],
      ['other', 'interrupted'],
      [undefined, 'failed'],
    ])
  })

  it.each<[string, string, string]>([
    ['prints on stdout', `console.log('hi'); process.stdout.write('there\\n'); ${good}`, 'hi\nthere\n'],
    ['leaks a timer', `setInterval(() => {}, 1000); ${good}`, ''],
    ['leaves the folder', `process.chdir('/'); ${good}`, ''],
  ])('%s: the run ends well, and --json prints JSON', async (_, run, err) => {
    const folder = project(run)
    const { child, ended } = start(folder, ['run', 'odd.yaml', '--json'])
    const events = follow(child)
    const { code, err: said } = await ended
    expect([code, said, events.map(({ status }) => status)]).toEqual([0, err, ['started', 'started', 'ran', 'done']])
    expect((await sluice(folder, 'cat', 'odd.yaml', 'odd')).out).toBe('{"n":1}\n')
  })

  it('changes its input changes it for nobody else', async () => {
    const folder = folderWith({
      'odd.yaml':
        'name: odd\nstages:\n  make: { uses: ./make.ts }\n  spoil: { uses: ./spoil.ts }\n  copy: { uses: ./copy.ts }\n',
      'count.ts': kind,
      'make.ts': stage(good),
      'spoil.ts': stage('inputs.count.n = 99', 'inputs: { count: Count }'),
      'copy.ts': stage(
        'return { copied: { n: inputs.count.n } }',
        `inputs: { count: Count }, outputs: { copied: { ...Count, kind: 'copied' } }`,
      ),
    })
    const { code, err } = await sluice(folder, 'run', 'odd.yaml', '--jobs', '1')
    expect([code, err]).toEqual([0, ''])
    expect((await sluice(folder, 'cat', 'odd.yaml', 'copy')).out).toBe('{"n":1}\n')
  })
})

describe('a stage that hangs', () => {
  const hang = `writeFileSync('here', ''); setInterval(() => {}, 1000); await new Promise(() => {})`
  const started = async () => {
    const folder = project(hang)
    const running = start(folder, ['run', 'odd.yaml'])
    await expect.poll(() => existsSync(join(folder, 'here')), { timeout: 60_000, interval: 50 }).toBe(true)
    return { folder, ...running }
  }

  it('is left behind after a first Ctrl-C', async () => {
    const { folder, child, ended } = await started()
    child.kill('SIGINT')
    const { code, err } = await ended
    expect([code, err]).toEqual([
      130,
      '\nInterrupted. Finished results are kept: run the same command again to go on.\n',
    ])
    expect(kept(folder)).toEqual([])
  }, 90_000)

  it('ends at once with a second', async () => {
    const { child, ended } = await started()
    child.kill('SIGINT')
    setTimeout(() => child.kill('SIGINT'), 200)
    const { code, err } = await ended
    expect([code, err]).toEqual([130, ''])
  }, 90_000)
})
