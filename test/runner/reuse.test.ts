import { cpSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Plan } from '../../src/plan/plan.ts'
import { chain, run, temporaryFolder, write } from './rig.ts'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  write(join(folder, 'in.txt'), 'hello')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const statuses = async (plan: Plan, options = {}): Promise<string> =>
  Object.values((await run(plan, options)).stages).join(' ')

const all = { ran: 'ran ran ran', cached: 'cached cached cached' }

describe('runs again only what changed', () => {
  it('makes everything once', async () => {
    expect(await statuses(chain(folder))).toBe(all.ran)
    expect(await statuses(chain(folder))).toBe(all.cached)
    expect(readFileSync(join(folder, 'calls.txt'), 'utf8')).toBe('read-text\n')
  })

  it('reuses the result of a setting that is switched back', async () => {
    await run(chain(folder))
    expect(await statuses(chain(folder, { end: '!!' }))).toBe('cached ran ran')
    expect(await statuses(chain(folder))).toBe(all.cached)
  })

  it('is not moved by a touch, a copy in place, or a folder that is moved or copied', async () => {
    const file = join(folder, 'in.txt')
    await run(chain(folder))
    utimesSync(file, new Date(), new Date())
    expect(await statuses(chain(folder))).toBe(all.cached)
    cpSync(file, join(folder, 'x'))
    renameSync(join(folder, 'x'), file)
    expect(await statuses(chain(folder))).toBe(all.cached)

    const moved = temporaryFolder()
    rmSync(moved, { recursive: true })
    renameSync(folder, moved)
    expect(await statuses(chain(moved))).toBe(all.cached)
    cpSync(moved, folder, { recursive: true })
    expect(await statuses(chain(folder))).toBe(all.cached)
    rmSync(moved, { recursive: true })
  })

  it('stops where an input came out equal', async () => {
    await run(chain(folder))
    write(join(folder, 'in.txt'), '  hello\n')
    expect(await statuses(chain(folder))).toBe('ran cached cached')
    write(join(folder, 'in.txt'), 'HELLO')
    expect(await statuses(chain(folder))).toBe('ran ran cached')
    write(join(folder, 'in.txt'), 'hello')
    expect(await statuses(chain(folder))).toBe(all.cached)
  })

  it('sees a file that appears beside its input, changes and goes', async () => {
    const options = join(folder, 'options.txt')
    await run(chain(folder))
    write(options, '1')
    expect(await statuses(chain(folder))).toBe(all.ran)
    write(options, '2')
    expect(await statuses(chain(folder))).toBe(all.ran)
    rmSync(options)
    expect(await statuses(chain(folder))).toBe(all.cached)
  })

  it('takes another file with the same content for the same', async () => {
    await run(chain(folder))
    write(join(folder, 'elsewhere/copy.txt'), 'hello')
    expect(await statuses(chain(folder, { file: join(folder, 'elsewhere/copy.txt') }))).toBe(all.cached)
    write(join(folder, 'elsewhere/options.txt'), '?')
    expect(await statuses(chain(folder, { file: join(folder, 'elsewhere/copy.txt') }))).toBe(all.ran)
  })

  it('makes a forced stage, and one that is always made anew; equal results stop there', async () => {
    await run(chain(folder))
    expect(await statuses(chain(folder), { force: new Set(['read']) })).toBe('ran cached cached')
    await run(chain(folder, { anew: true }))
    expect(await statuses(chain(folder, { anew: true }))).toBe('cached ran cached')
  })

  it('sees a change to the code', async () => {
    await run(chain(folder))
    const plan = chain(folder)
    const changed = {
      ...plan,
      stages: plan.stages.map(stage => (stage.name === 'shout' ? { ...stage, code: 'f00d' } : stage)),
    }
    expect(await statuses(changed)).toBe('cached ran cached')
  })
})
