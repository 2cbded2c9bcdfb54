import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, follow, sluice, start, steady } from '../cli/sluice.ts'
import { casePath } from '../squad/case.ts'
import { judge } from './project.ts'

// A thread of ours dies, and the process lives on (see kill-at.mjs): the stage fails in words, and the next run goes on.

const killAt = fileURLToPath(new URL('kill-at.mjs', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'sluice-threads-'))
afterAll(() => rmSync(root, { recursive: true }))

const newFolder = (): string => {
  const folder = mkdtempSync(join(root, 'run-'))
  cpSync(casePath('65-resume-gives-the-same-weights'), folder, { recursive: true })
  return folder
}

/** Runs the command; where `at` names a moment, its thread dies there in the way `by`. */
const runThat = (folder: string, [at, by]: readonly [string, string], args: readonly string[]): Promise<Ended> => {
  // Of memory both threads get little, so that one of them is soon through with it.
  const options = `--import=${killAt}${by === 'memory' ? ' --max-old-space-size=300' : ''}`
  const env = { NODE_OPTIONS: options, SLUICE_KILL_AT: at, SLUICE_KILL_BY: by }
  return start(folder, ['run', 'pipeline.yaml', ...args], { env }).ended
}

const bug = (stage: string, what: string): string =>
  `\nerror: stage '${stage}' failed in a way that it did not foresee: ${what}\nError: ${what}\nThis is a bug, not a mistake in the pipeline. Please report it to the stage's author, with these lines.\n`
const noMemory = (stage: string): string => `
error[out-of-memory] Expected a thread of stage \`${stage}\` to do its work, but its memory did not suffice (ERR_WORKER_OUT_OF_MEMORY).
hint: Where the machine has more, let Node take it: NODE_OPTIONS=--max-old-space-size=8192 (megabytes). What is finished is kept.
`
const withoutFrames = (text: string): string => text.replaceAll(/\n +at .*$/gm, '').replaceAll(/\n\n+Error/g, '\nError')

describe('the second thread that tokenizes', () => {
  /** More text than one thread is left alone with. */
  const large = (): string => {
    const paragraphs = Array.from({ length: 70 }, (_, at) => ({
      context: `${'alba bana zora lint '.repeat(3000)}${at}`,
      qas: [{ id: `q${at}`, question: 'alba?', answers: [{ text: 'alba', answer_start: 0 }] }],
    }))
    return JSON.stringify({ version: '1.1', data: [{ title: 'large', paragraphs }] })
  }

  it.each<[string, string]>([
    ['exit', bug('tokenize', 'The tokenizing thread ended with code 3 before its job was done.')],
    ['throw', bug('tokenize', 'a mistake of ours')],
    ['memory', noMemory('tokenize')],
  ])('dies (%s): the stage fails, what was finished is kept, and the next run goes on', async (by, words) => {
    const folder = newFolder()
    writeFileSync(join(folder, 'input.json'), large())
    const { code, err } = await runThat(folder, ['cutting', by], ['--until', 'tokenize'])
    expect([code, withoutFrames(err)]).toEqual([1, words])
    expect(await judge({ folder })).toEqual({ sound: 1, faults: [] })
    const next = await sluice(folder, 'run', 'pipeline.yaml', '--until', 'tokenize')
    expect([next.code, next.err]).toEqual([0, ''])
    expect(steady(next.out)).toMatch(/\nread {2}reused {2}TIME .*\ntokenize {2}ran {2}TIME /)
  })
})

describe('the thread that trains', () => {
  const weightsIn = (folder: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, 'out', 'model.safetensors')))
      .digest('hex')

  let weights: string
  beforeAll(async () => {
    const folder = newFolder()
    expect((await sluice(folder, 'run', 'pipeline.yaml')).code).toBe(0)
    weights = weightsIn(folder)
  })

  it.each<[string, string]>([
    ['exit', bug('train', 'The training thread ended with code 3 before its job was done.')],
    ['throw', bug('train', 'a mistake of ours')],
    ['memory', noMemory('train')],
  ])('dies (%s): the stage fails, and the next run ends with the weights of an undisturbed one', async (by, words) => {
    const folder = newFolder()
    const { code, err } = await runThat(folder, ['step 6', by], [])
    expect([code, withoutFrames(err)]).toEqual([1, words])
    expect((await judge({ folder })).faults).toEqual([])
    const { child, ended } = start(folder, ['run', 'pipeline.yaml', '--json'])
    const events = follow(child)
    expect((await ended).code).toBe(0)
    expect(events.find(({ level }) => level === 'note')?.message).toBe('goes on from checkpoint-4, with step 5 of 15')
    expect(weightsIn(folder)).toBe(weights)
  })
})
