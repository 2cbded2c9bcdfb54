import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { follow, type Started, start, startShellInTerminal } from '../cli/sluice.ts'
import { processesWith } from '../processes.ts'
import { random } from '../random.ts'
import { judge, makeProject, outcome, stages, wipe } from './project.ts'

// The built command is killed at random moments of a whole pipeline; whatever is left of it, the next run must end with
// the bytes of a run that nobody disturbed. SLUICE_KILLS says how many kills; SLUICE_SEED repeats their moments, as far
// as processes can be timed.
const kills = Number(process.env.SLUICE_KILLS ?? 12)
const seed = Number(process.env.SLUICE_SEED ?? Date.now() % 1e6)
const next = random(seed)

const patient = { timeout: 60_000, interval: 50 }

const project = makeProject()
afterAll(() => rmSync(project.folder, { recursive: true, force: true }))

let undisturbed: Awaited<ReturnType<typeof outcome>>
let wholeMs: number
beforeAll(async () => {
  const begun = performance.now()
  await runToTheEnd()
  wholeMs = performance.now() - begun
  undisturbed = await outcome(project)
  expect(Object.keys(undisturbed.results)).toHaveLength(stages)
  expect(undisturbed.left).toEqual([])
  wipe(project, 'all')
}, 120_000)

describe('kill -9', () => {
  it(
    `at ${kills} random moments: nothing half-done survives`,
    async () => {
      console.log(`seed of the kills: ${seed} (SLUICE_SEED); an undisturbed run takes ${Math.round(wholeMs)} ms`)
      const struck: string[] = []
      while (struck.length < kills) {
        const at = await killOnce()
        expect((await judge(project)).faults, `after ${struck} ${at}`).toEqual([])
        if (at !== undefined) struck.push(at)
        // Half of the time the next kill finds what this one has left.
        if (at !== undefined && next() < 0.5) continue
        await endsAsUndisturbed(`after ${struck}`)
        wipe(project, next() < 0.5 ? 'all' : 'cache')
      }
      console.log(`${kills} kills, seed ${seed}: ${tally(struck)}`)
    },
    60_000 + kills * 30_000,
  )
})

describe('cache gc', () => {
  it('beside runs: every run ends well, and with the right results', async () => {
    wipe(project, 'all')
    for (let round = 0; round < 3; round++) {
      const collecting = collect()
      const { code, err } = await begin().ended
      // Before anything is looked at: what we looked at would be removed meanwhile, for we claim nothing.
      await collecting.stop()
      expect([code, err]).toEqual([0, ''])
      expect((await judge(project)).faults).toEqual([])
    }
    await endsAsUndisturbed('beside gc')
  }, 180_000)
})

describe('an interrupt while it trains', () => {
  // Longer than anyone waits.
  const endless = '--set=stages.train.with.max_steps=1000000'

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s: ends with 130, and the next run ends as if undisturbed',
    async signal => {
      wipe(project, 'all')
      const { child, ended } = begin([endless])
      const events = follow(child)
      await expect.poll(() => events.some(({ event }) => event === 'step'), patient).toBe(true)
      child.kill(signal)
      const { code, err } = await ended
      expect([code, err]).toEqual([
        130,
        'Interrupted. Finished results are kept: run the same command again to go on.\n',
      ])
      expect(events.find(each => each.event === 'stage' && each.status === 'interrupted')).toMatchObject({
        name: 'train',
      })
      expect(events).toContainEqual(
        expect.objectContaining({ event: 'log', message: 'stopping as soon as the last whole step is kept' }),
      )
      const noted = events.find(({ event, level }) => event === 'log' && level === 'note')?.message
      expect(noted).toMatch(
        /^stopped (after step \d+; the next run goes on from there|in step 1; no step is kept yet, .*)$/,
      )
      expect(processesWith(project.mark)).toEqual([])
      expect((await judge(project)).faults).toEqual([])
      await endsAsUndisturbed(signal)
    },
    180_000,
  )

  it('Ctrl-C in a terminal: the terminal is as it was, and the next run ends as if undisturbed', async context => {
    if (!existsSync('/usr/bin/script')) context.skip('there is no `script` (util-linux) to make a terminal with')
    wipe(project, 'all')
    const line = `trap : INT; stty -g > before; $SLUICE run whole.yaml '${endless}'; echo $? > code; stty -g > after`
    const { child, ended } = startShellInTerminal(project.folder, line, project)
    let shown = ''
    child.stdout?.on('data', chunk => (shown += chunk))
    await expect.poll(() => /loss/.test(shown), patient).toBe(true)
    child.stdin?.write('\u0003')
    await ended
    const [before, code, after] = ['before', 'code', 'after'].map(name => {
      const file = join(project.folder, name)
      const text = readFileSync(file, 'utf8').trim()
      rmSync(file)
      return text
    })
    expect([code, after]).toEqual(['130', before])
    // In the list as it was drawn last.
    const last = stripVTControlCharacters(shown.slice(shown.lastIndexOf('\u001b[G')))
    expect(last).toMatch(
      /train +interrupted after [\d.]+ m?s\s+.*stopped after step \d+; the next run goes on from there/,
    )
    expect(shown.lastIndexOf('\u001b[?25h')).toBeGreaterThan(shown.lastIndexOf('\u001b[?25l'))
    expect(processesWith(project.mark)).toEqual([])
    await endsAsUndisturbed('Ctrl-C')
  }, 180_000)
})

const begin = (more: readonly string[] = []): Started =>
  start(project.folder, ['run', 'whole.yaml', '--json', ...more], { env: project.env, detached: true })

/** So that a test that failed does not disturb the next one. */
afterEach(() => {
  for (const pid of processesWith(project.mark)) process.kill(pid, 'SIGKILL')
})

/** Runs to the end; that must need no help, no waiting and no repair. */
const runToTheEnd = async (): Promise<void> => {
  const { child, ended } = begin()
  const events = follow(child)
  const { code, err } = await ended
  expect([code, err]).toEqual([0, ''])
  expect(events.filter(({ event, status }) => event === 'diagnostic' || status === 'waiting')).toEqual([])
}

const endsAsUndisturbed = async (why: string): Promise<void> => {
  await runToTheEnd()
  expect(await outcome(project), why).toEqual(undisturbed)
}

/**
 * Starts a run and kills it: the main process alone or its whole process group; at a moment of the whole run, or shortly
 * after a stage has started (or the short stages would never be hit). Says what it was doing; `undefined` if it was faster.
 */
const killOnce = async (): Promise<string | undefined> => {
  const [alone, timed, when, later] = [next() < 0.5, next() < 0.5, next(), 60 * next()]
  const collecting = next() < 0.3 ? collect() : undefined
  const toCome = stages - (existsSync(join(project.folder, '.sluice')) ? (await judge(project)).sound : 0)
  const begun = performance.now()
  const { child, ended } = begin()
  const events = follow(child)
  const started = () => events.filter(({ status, event }) => event === 'stage' && status === 'started')
  const over = ended.then(() => true)
  if (timed) await Promise.race([delay(wholeMs * when), over])
  else {
    const enough = Math.max(1, Math.ceil(toCome * when))
    while (started().length < enough && child.exitCode === null) await Promise.race([delay(2), over])
    await delay(later)
  }
  if (child.exitCode !== null) {
    await ended
    // The first run of all may have been slower than those after it.
    if (toCome === stages) wholeMs = Math.min(wholeMs, performance.now() - begun)
    await collecting?.stop()
    return undefined
  }
  process.kill(alone ? child.pid! : -child.pid!, 'SIGKILL')
  await ended
  await (next() < 0.5 ? collecting?.kill() : collecting?.stop())
  await expect.poll(() => processesWith(project.mark), patient).toEqual([])
  const last = events.findLast(({ event }) => event === 'stage' || event === 'run')
  const where = last === undefined ? '(start)' : last.status === 'started' && last.name ? last.name : '(between)'
  return collecting === undefined ? where : `${where} beside gc`
}

/** Removes whatever `cache gc` may, over and over; each of these commands has to end well, unless it is killed. */
const collect = () => {
  let stopping = false
  let running: Started
  const over = (async () => {
    while (!stopping) {
      running = start(project.folder, ['cache', 'gc', '--max-size', '1B'], { env: project.env })
      const { code, err } = await running.ended
      if (code !== null) expect([code, err]).toEqual([0, ''])
    }
  })()
  const stop = (): Promise<void> => {
    stopping = true
    return over
  }
  return {
    stop,
    kill() {
      running.child.kill('SIGKILL')
      return stop()
    },
  }
}

const tally = (struck: readonly string[]): string =>
  [...new Set(struck)].map(name => `${name} ${struck.filter(each => each === name).length}`).join(', ')
