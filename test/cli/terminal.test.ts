import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { folderWith, runInShell, startInTerminal, startShellInTerminal, steady } from './sluice.ts'

const pipeline = `
name: demo
stages:
  fine:
    uses: shell
    with: { run: "echo working; sleep 0.5" }
  broken:
    uses: shell
    with: { run: "echo why >&2; exit 7" }
  never:
    uses: shell
    with: { run: "echo never" }
`

describe('in a terminal', () => {
  it('shows a live list, then the table and the error, and leaves the terminal as it was', async () => {
    const folder = folderWith({ 'demo.yaml': pipeline })
    const { ended } = startInTerminal(folder, ['run', 'demo.yaml', '--jobs', '1'])
    const { code, out } = await ended
    expect(code).toBe(1)
    expect(out.lastIndexOf('\u001b[?25h')).toBeGreaterThan(out.lastIndexOf('\u001b[?25l'))
    // What stands after the list was drawn for the last time.
    const last = out.slice(out.lastIndexOf('\u001b[G'))
    expect(steady(stripVTControlCharacters(last).replaceAll('\r\n', '\n')).trim()).toBe(
      `✔ fine  TIME  28 B
✖ broken  failed after TIME
↓ never  skipped: broken failed

stage  status  time  size
fine  ran  TIME  28 B
broken  failed  TIME
never  skipped

Skipped because broken failed: never

error[command-failed] Expected the command to end with exit code 0, but it ended with 7.
The command:
  echo why >&2; exit 7
The last of its output:
  why`,
    )
  })

  it('shows several stages that run, those that wait, and what ended in another order', async () => {
    const until = (file: string) => `until [ -e ${file} ]; do sleep 0.05; done`
    const folder = folderWith({
      'p.yaml': `
name: p
stages:
  first: { uses: shell, with: { run: "echo one; ${until('go')}" } }
  second: { uses: shell, with: { run: "echo two; ${until('stop')}; exit 7" } }
  third: { uses: shell, needs: [first], with: { run: "echo never" } }
`,
    })
    const { child, ended } = startInTerminal(folder, ['run', 'p.yaml', '--jobs', '2'])
    let out = ''
    child.stdout?.on('data', chunk => {
      out += chunk
    })
    const screen = () => stripVTControlCharacters(out.slice(out.lastIndexOf('\u001b[G'))).replaceAll('\r\n', '\n')
    const shows = (text: RegExp) => expect.poll(screen, { timeout: 60_000, interval: 20 }).toMatch(text)
    await shows(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] first\n +one\n[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] second\n +two\n◼ third/)
    writeFileSync(join(folder, 'stop'), '')
    await shows(
      /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] first\n +one\n✖ second {2}failed after \d.*\n +warning: Nothing new is started. first runs to the end/,
    )
    writeFileSync(join(folder, 'go'), '')
    expect((await ended).code).toBe(1)
    expect(out).toMatch(/✔.* first .*28 B/)
    expect(stripVTControlCharacters(out)).toContain('↓ third   skipped: second failed')
  })

  it('takes no part of the screen where it must not: NO_COLOR, CI, TERM=dumb, a pipe, a terminal without a size', async () => {
    const folder = folderWith({ 'demo.yaml': pipeline })
    const inTerminal = (command: string) => `script -qefc '${command}' /dev/null < /dev/null`
    for (const line of [
      inTerminal('stty cols 100 rows 30; NO_COLOR=1 $SLUICE run demo.yaml'),
      inTerminal('stty cols 100 rows 30; CI=true $SLUICE run demo.yaml'),
      inTerminal('stty cols 100 rows 30; TERM=dumb $SLUICE run demo.yaml'),
      inTerminal('stty cols 0 rows 0; $SLUICE run demo.yaml'),
      '$SLUICE run demo.yaml | cat',
    ]) {
      const { out } = await runInShell(folder, line)
      expect(out.includes('\u001b'), line).toBe(false)
      expect(out, line).toContain('fine: started')
    }
  })
})

describe('tables', () => {
  const training = `
name: demo
vars: { a_rather_long_name: "true and true and true" }
stages:
  the-first-of-all: { uses: shell, with: { run: "\${vars.a_rather_long_name}" } }
  another-one: { uses: shell, needs: [the-first-of-all], with: { run: "true" } }
`
  const commands = [
    'graph demo.yaml',
    'plan demo.yaml',
    'plan demo.yaml --show config',
    'explain demo.yaml',
    'stages',
    'stages train',
    'cache ls',
    'cache gc --older-than 0min --dry-run',
    'init',
    'new stage drop-short',
  ]

  const toCopy = /^ +(node|npm|drop-short:|train:|#) /

  it.each([44, 80])('and sentences have room in %d columns; lines to copy stay whole', async columns => {
    const folder = folderWith({ 'demo.yaml': training })
    const lines = [`stty cols ${columns}`, '$SLUICE run demo.yaml > log', ...commands.map(each => `$SLUICE ${each}`)]
    const { code, out } = await startShellInTerminal(folder, lines.join(' && ')).ended
    expect(code).toBe(0)
    const tooWide = out.split('\r\n').filter(line => [...line].length > columns && !toCopy.test(line))
    expect(tooWide).toEqual([])
  })

  it('stay whole in a pipe, for what reads them there', async () => {
    const { out } = await runInShell(folderWith({ 'demo.yaml': training }), '$SLUICE stages | cat')
    expect(out.split('\n')[4]).toBe(
      'train     Fine-tunes a network on the training set: AdamW, a learning rate schedule, gradients clipped by their norm.',
    )
  })
})
