import { createHash } from 'node:crypto'
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMemo } from '../../src/cache/file-memo.ts'
import { memoText } from '../../src/cache/memo-file.ts'

let folder: string
let file: string
let memoFile: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-memo-'))
  file = join(folder, 'data')
  memoFile = join(folder, 'memo')
  writeFileSync(file, 'content')
})
afterEach(() => rmSync(folder, { recursive: true }))

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')
const memo = ({ rehash = false, write = true, read = true } = {}) => openMemo(memoFile, { rehash, write, read })
const lines = () => readFileSync(memoFile, 'utf8').trim().split('\n')
const identity = () => {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`
}
const settle = () => sleep(2100)

describe('digest', () => {
  it.each([0, 1, 1 << 20, (1 << 20) + 1, 3 << 20])('is the SHA-256 of %d bytes', async length => {
    const bytes = Buffer.alloc(length, 'abcdefg')
    writeFileSync(file, bytes)
    expect(await memo().digest(file)).toBe(sha256(bytes))
  })

  it('follows links, is null where nothing is, and refuses devices', async () => {
    symlinkSync(file, join(folder, 'link'))
    expect(await memo().digest(join(folder, 'link'))).toBe(sha256('content'))
    expect(await memo().digest(join(folder, 'none'))).toBe(null)
    expect(await memo().digest(join(file, 'below'))).toBe(null)
    await expect(memo().digest('/dev/null')).rejects.toMatchObject({ code: 'ENOTFILE' })
  })

  it('of a file that has to be read is refused where none may be', async () => {
    await expect(memo({ read: false }).digest(file)).rejects.toMatchObject({ code: 'EUNKNOWN' })
    await settle()
    await memo().digest(file)
    expect(await memo({ read: false }).digest(file)).toBe(sha256('content'))
  })

  it('of a folder depends on the names and contents in it alone', async () => {
    for (const name of ['one', 'two']) {
      mkdirSync(join(folder, name, 'sub'), { recursive: true })
      writeFileSync(join(folder, name, 'sub/a'), 'a')
      writeFileSync(join(folder, name, 'b'), 'b')
    }
    const digest = await memo().digest(join(folder, 'one'))
    expect(await memo().digest(join(folder, 'two'))).toBe(digest)
    writeFileSync(join(folder, 'two/sub/a'), 'b')
    expect(await memo().digest(join(folder, 'two'))).not.toBe(digest)
  })

  it('of a folder with a link to itself, or to one around it, is that of what is in it', async () => {
    for (const name of ['one', 'two']) {
      mkdirSync(join(folder, name, 'sub'), { recursive: true })
      writeFileSync(join(folder, name, 'sub/a'), 'a')
      symlinkSync('.', join(folder, name, 'self'))
    }
    const digest = await memo().digest(join(folder, 'one'))
    expect(await memo().digest(join(folder, 'two'))).toBe(digest)
    symlinkSync('..', join(folder, 'two/sub/up'))
    expect(await memo().digest(join(folder, 'two'))).not.toBe(digest)
  })

  it('of a folder that holds the memo is refused, by whatever path', async () => {
    mkdirSync(join(folder, 'cache'))
    mkdirSync(join(folder, 'one'))
    symlinkSync('../cache', join(folder, 'one/link'))
    const memo = openMemo(join(folder, 'cache/files.txt'), { rehash: false, write: true })
    for (const name of ['.', 'cache', 'one'])
      await expect(memo.digest(join(folder, name))).rejects.toMatchObject({ code: 'EHOLDSMEMO' })
  })

  it('is right where the memo cannot be written', async () => {
    await settle()
    mkdirSync(memoFile)
    const unwritten = memo()
    expect(await unwritten.digest(file)).toBe(sha256('content'))
    await unwritten.remember([{ digest: sha256('other'), stats: statSync(file, { bigint: true }) }])
    expect(await unwritten.digest(file)).toBe(sha256('other'))
  })

  it('is not remembered of a file that was changed just now', async () => {
    await memo().digest(file)
    expect(() => lines()).toThrow('ENOENT')
  })

  it('is remembered once the file has settled, until anything about it changes', async () => {
    await settle()
    const digest = sha256('content')
    await memo().digest(file)
    expect(lines()).toEqual([memoText({ identity: identity(), digest, path: file })])
    // A memo that lies shows that it is believed.
    const lie = '0'.repeat(64)
    const told = `${memoText({ identity: identity(), digest: lie })}\n`
    writeFileSync(memoFile, told)
    expect(await memo().digest(file)).toBe(lie)
    expect(await memo({ rehash: true }).digest(file)).toBe(digest)
    writeFileSync(memoFile, told)
    utimesSync(file, new Date(0), new Date(0))
    expect(await memo().digest(file)).toBe(digest)
  })

  it('is right after a change of the same size with the old time put back', async () => {
    utimesSync(file, new Date(0), new Date(0))
    await settle()
    await memo().digest(file)
    writeFileSync(file, 'CONTENT')
    utimesSync(file, new Date(0), new Date(0))
    expect(await memo().digest(file)).toBe(sha256('CONTENT'))
  })

  it('passes over lines that a killed process left half written', async () => {
    await settle()
    appendFileSync(memoFile, `${identity()} abc`)
    await memo().digest(file)
    const digest = sha256('content')
    expect(lines().filter(line => line !== '')).toEqual([
      `${identity()} abc`,
      memoText({ identity: identity(), digest, path: file }),
    ])
    expect(await memo().digest(file)).toBe(sha256('content'))
  })

  it.each(['identity', 'digest', 'check sum'])('is not believed of a line whose %s was damaged', async what => {
    await settle()
    const digest = sha256('content')
    await memo().digest(file)
    const text = readFileSync(memoFile, 'utf8')
    const at = text.indexOf({ identity: identity(), digest, 'check sum': lines()[0]!.slice(0, 8) }[what]!)
    writeFileSync(memoFile, `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`)
    expect(await memo().digest(file)).toBe(digest)
    expect(lines().length).toBeGreaterThan(1)
  })

  it('is written nowhere where nothing may be written', async () => {
    await settle()
    await memo({ write: false }).digest(file)
    expect(() => lines()).toThrow('ENOENT')
  })

  it('refuses a file that goes on changing while it is read', async () => {
    const big = Buffer.alloc(32 << 20)
    writeFileSync(file, big)
    copyFileSync(file, join(folder, 'other'))
    const timer = setInterval(() => appendFileSync(file, 'x'), 1)
    try {
      await expect(memo().digest(file)).rejects.toMatchObject({ code: 'ECHANGING' })
    } finally {
      clearInterval(timer)
    }
  })
})
