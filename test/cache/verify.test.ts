import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { planCollection } from '../../src/cache/collect.ts'
import { list } from '../../src/cache/list.ts'
import { memoText, readMemo } from '../../src/cache/memo-file.ts'
import { openScratch } from '../../src/cache/scratch.ts'
import { openStore } from '../../src/cache/store.ts'
import { type Fault, faultsIn } from '../../src/cache/verify.ts'
import { openOutput } from '../../src/runner/open-output.ts'
import { cacheOf, chain, run, temporaryFolder, write } from '../runner/rig.ts'

// One cache with everything in it that a cache can hold; each test damages a copy of it.
let folder: string
let whole: string
let root: string
const unfinished = 'f'.repeat(64)

beforeAll(async () => {
  folder = temporaryFolder()
  whole = temporaryFolder()
  root = join(folder, '.sluice/v1')
  write(join(folder, 'in.txt'), 'hello')
  // The memo knows a file only once it has been left alone for two seconds.
  await sleep(2100)
  await run(chain(folder))
  const store = await openStore(cacheOf(chain(folder)))
  const scratch = await openScratch(store, unfinished, [], { fresh: false, stage: 'train' })
  write(join(scratch.path(), 'checkpoint-50'), 'weights')
  cpSync(join(folder, '.sluice'), whole, { recursive: true, preserveTimestamps: true })
})
afterAll(() => {
  for (const each of [folder, whole]) rmSync(each, { recursive: true, force: true })
})
beforeEach(async () => {
  rmSync(join(folder, '.sluice'), { recursive: true })
  cpSync(whole, join(folder, '.sluice'), { recursive: true, preserveTimestamps: true })
})

const open = (readOnly = false) => openStore(cacheOf(chain(folder)), { readOnly })
const faults = async (readOnly = true): Promise<Fault[]> => {
  const found: Fault[] = []
  for await (const fault of faultsIn(await open(readOnly))) found.push(fault)
  return found
}
const short = ({ what, name, flaw }: Fault): string => `${what} ${name}: ${flaw}`

/** The files of the cache, each under a name that stays the same. */
const files: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(
    ['read-text', 'shout', 'measure'].flatMap(stage => [
      [`${stage}: manifest.json`, () => join(entryOf(stage), 'manifest.json')],
      [`${stage}: text.txt`, () => join(entryOf(stage), 'text/text.txt')],
    ]),
  ),
  'the memo': () => join(root, 'files.txt'),
  'a history': () => only(join(root, 'runs')),
  'a list of checkpoints': () => join(root, 'scratch', unfinished, '1/files.json'),
}

const only = (dir: string): string => join(dir, readdirSync(dir)[0]!)
const entries = () => readdirSync(join(root, 'entries')).map(key => only(join(root, 'entries', key)))
const entryOf = (stage: string): string =>
  entries().find(dir => JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')).record.stage === stage)!

const flip = (share: number) => (file: string) => {
  const bytes = readFileSync(file)
  const at = Math.min(bytes.length - 1, Math.floor(bytes.length * share))
  for (const byte of bytes.subarray(at, at + 3).keys()) bytes[at + byte]! ^= 1
  writeFileSync(file, bytes)
}

const damages: Readonly<Record<string, (file: string) => void>> = {
  'flipped at its start': flip(0),
  'flipped in the middle': flip(0.5),
  'flipped at its end': flip(1),
  'cut off': file => truncateSync(file, statSync(file).size - 3),
  emptied: file => truncateSync(file),
  removed: file => rmSync(file),
}

/** What is told of a file; of the memo and of a history that are simply not there nothing is wrong. */
const expected = (file: string, damage: string): RegExp | undefined => {
  const [stage, name] = file.split(': ')
  if (name === 'manifest.json')
    return damage === 'removed'
      ? /^result : its manifest.json cannot be read \(ENOENT\)$/
      : /^result : its manifest.json (was changed|is not JSON)$/
  if (name === 'text.txt')
    return new RegExp(
      `^result ${stage}: in its output text: text.txt ${damage === 'removed' ? 'is missing' : 'was changed'}$`,
    )
  if (file === 'a list of checkpoints') return /^checkpoints : the list of the files that were read is damaged or gone$/
  if (damage === 'removed' || (damage === 'emptied' && file === 'the memo')) return undefined
  return file === 'a history' ? /^history : it was changed$/ : /^memo : \d of its lines cannot be made out$/
}

const cases = Object.keys(files).flatMap(file => Object.keys(damages).map(damage => [file, damage] as const))

describe('a file of the cache', () => {
  it('there is a test for every one', async () => {
    const all = readdirSync(join(folder, '.sluice'), { recursive: true, encoding: 'utf8' })
      .filter(path => statSync(join(folder, '.sluice', path)).isFile())
      .sort()
    const tested = Object.values(files).map(path => relative(join(folder, '.sluice'), path()))
    // A stage's own, which it checks itself, and one that only git reads.
    expect(all.filter(path => !tested.includes(path))).toEqual([
      '.gitignore',
      `v1/scratch/${unfinished}/1/kept/checkpoint-50`,
    ])
    expect(await faults()).toEqual([])
  })

  it.each(cases)('%s, %s: is told of, never served, and no command ends by it', async (file, damage) => {
    damages[damage]!(files[file]!())
    const told = (await faults()).map(short)
    const right = expected(file, damage)
    expect(told).toEqual(right === undefined ? [] : [expect.stringMatching(right)])

    const store = await open(true)
    expect((await list(store)).length).toBe(3)
    await planCollection(store, { maxBytes: 0, usedBefore: 0 })

    const { status, events, stages } = await run(chain(folder))
    expect([status, events.filter(({ event }) => event === 'bug')]).toEqual(['done', []])
    const remade = /^(shout|measure|read)/.exec(file)?.[0]
    expect(stages).toEqual({ read: 'cached', shout: 'cached', measure: 'cached', ...(remade && { [remade]: 'ran' }) })
    const output = await openOutput({ plan: chain(folder), store: await open(true) }, 'shout')
    expect(output).toMatchObject({ value: 'HELLO!' })
    expect((await faults(false)).filter(({ what }) => what === 'result')).toEqual([])
  })

  it.each([
    ['in an output', 'text/.DS_Store', 'in its output text: .DS_Store does not belong to it'],
    ['beside the outputs', 'notes.txt', 'notes.txt does not belong to it'],
  ])('one too many, %s, is told of', async (_, name, flaw) => {
    write(join(entryOf('shout'), name), 'x')
    expect((await faults()).map(short)).toEqual([`result shout: ${flaw}`])
  })

  it('of a result that has several faults, all are told of', async () => {
    damages['cut off']!(files['shout: text.txt']!())
    write(join(entryOf('shout'), 'text/x'), 'x')
    expect(await faults()).toEqual([
      fault('in its output text: x does not belong to it'),
      fault('in its output text: text.txt was changed'),
    ])
  })
})

const fault = (flaw: string): Fault => {
  const path = entryOf('shout')
  const key = basename(join(path, '..'))
  return {
    what: 'result',
    name: 'shout',
    key: basename(path),
    path,
    flaw,
    remedy: 'The next run that needs it makes it again.',
    remove: { path, lock: key, claim: key },
  }
}

describe('what even size, mtime and ctime do not show', () => {
  const identityOf = (file: string): string => {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
    return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`
  }
  /** Setting mtime back moves ctime, so the memo is told that it knows the file as it is now. */
  const changeUnseen = async (file: string): Promise<void> => {
    const memo = join(root, 'files.txt')
    const known = [...readMemo(memo).lines.values()].find(
      ({ path, identity }) => path === file || identity === identityOf(file),
    )!
    const { atime, mtime } = statSync(file)
    flip(0)(file)
    utimesSync(file, atime, mtime)
    appendFileSync(memo, `\n${memoText({ ...known, identity: identityOf(file) })}\n`)
  }

  it('of an outside file is told of and put right, so that the next run sees it', async () => {
    const file = join(folder, 'in.txt')
    await run(chain(folder))
    try {
      await changeUnseen(file)
      expect((await run(chain(folder))).stages.read).toBe('cached')
      const flaw =
        /^it has other content than is remembered, although size, mtime and ctime are the same: 2cf24dba5fb0 → [0-9a-f]{12}$/
      const told = { what: 'file', name: '', path: file, flaw: expect.stringMatching(flaw) }
      expect(await faults()).toEqual([{ ...told, remedy: 'Run with --rehash.' }])
      expect(await faults(false)).toEqual([{ ...told, remedy: 'Corrected: the next run sees what is in it.' }])
      expect(await faults()).toEqual([])
      expect((await run(chain(folder))).stages.read).toBe('ran')
    } finally {
      writeFileSync(file, 'hello')
    }
  })

  it('of a result is told of, and the next run makes it again', async () => {
    await run(chain(folder), { force: new Set(['shout']) })
    await changeUnseen(join(entryOf('shout'), 'text/text.txt'))
    expect((await run(chain(folder))).stages.shout).toBe('cached')
    expect((await faults(false)).map(short)).toEqual(['result shout: in its output text: text.txt was changed'])
    expect((await run(chain(folder))).stages.shout).toBe('ran')
  })
})

it('reads nothing where there is nothing', async () => {
  rmSync(join(folder, '.sluice'), { recursive: true })
  expect(await faults()).toEqual([])
  expect(existsSync(join(folder, '.sluice'))).toBe(false)
  mkdirSync(join(folder, '.sluice'))
})
