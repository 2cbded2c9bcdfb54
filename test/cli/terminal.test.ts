import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { folderWith, runInShell, startInTerminal, steady } from './sluice.ts'

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
