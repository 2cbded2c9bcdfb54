import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openRunFolder } from '../../src/training/run-folder.ts'

let root: string
let logging: string
let scratch: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-runs-'))
  logging = join(root, 'runs', 'squad')
  scratch = join(root, 'scratch')
  mkdirSync(scratch)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const at = (time: string) => new Date(`2026-01-31T${time}`)
const checkpoint = (step: number) => {
  const folder = join(scratch, `checkpoint-${step}`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'model.safetensors'), `weights of ${step}`)
  return folder
}

it('is named by the time of the start, and holds the curves', () => {
  const run = openRunFolder(logging, scratch, undefined, at('09:05:00'))
  expect(run.path).toBe(join(logging, '2026-01-31T09-05-00'))
  expect(readdirSync(run.path)).toEqual([expect.stringMatching(/^events\.out\.tfevents\./)])
  run.events.close()
})

it('holds the checkpoints that are kept, which outlive their own folder', () => {
  const run = openRunFolder(logging, scratch, undefined, at('09:05:00'))
  run.link(checkpoint(10))
  run.link(checkpoint(20))
  rmSync(join(scratch, 'checkpoint-10'), { recursive: true })
  const third = checkpoint(30)
  run.link(third)
  run.link(third)
  const checkpoints = () => readdirSync(run.path).filter(name => name.startsWith('checkpoint'))
  expect(checkpoints()).toEqual(['checkpoint-20', 'checkpoint-30'])
  const linked = join(run.path, 'checkpoint-30', 'model.safetensors')
  expect(statSync(linked).ino).toBe(statSync(join(third, 'model.safetensors')).ino)
  rmSync(scratch, { recursive: true })
  expect(readFileSync(linked, 'utf8')).toBe('weights of 30')
  run.events.close()
})

it('has a link to the folder where its files cannot be linked', () => {
  const run = openRunFolder(logging, scratch, undefined, at('09:05:00'))
  const whole = checkpoint(10)
  // No file system makes hard links to folders: EPERM.
  mkdirSync(join(whole, 'folder'))
  run.link(whole)
  expect(readlinkSync(join(run.path, 'checkpoint-10'))).toBe(whole)
  run.events.close()
})

it('is the same one for a run that goes on, and a new one for a run that starts anew', () => {
  const first = openRunFolder(logging, scratch, undefined, at('09:05:00'))
  const goneOn = openRunFolder(logging, scratch, 40, at('10:00:00'))
  expect(goneOn.path).toBe(first.path)
  expect(readdirSync(first.path)).toHaveLength(2)
  const anew = openRunFolder(logging, scratch, undefined, at('11:00:00'))
  expect(anew.path).toBe(join(logging, '2026-01-31T11-00-00'))
  const sameSecond = openRunFolder(logging, scratch, undefined, at('11:00:00'))
  expect(sameSecond.path).toBe(join(logging, '2026-01-31T11-00-00-2'))
  // Somebody has tidied up.
  rmSync(logging, { recursive: true })
  expect(openRunFolder(logging, scratch, 40, at('12:00:00')).path).toBe(join(logging, '2026-01-31T12-00-00'))
  for (const run of [first, goneOn, anew, sameSecond]) run.events.close()
})
