import { expect } from 'vitest'
import { type Ended, steady } from '../cli/sluice.ts'

/**
 * Where a cache cannot be written to, everything that only looks does as always, and a run keeps its results elsewhere.
 * @param run runs the command beside the pipeline, whose only stage is `make` and prints `made`
 */
export const expectUseOfClosedCache = async (
  run: (...args: readonly string[]) => Promise<Ended>,
  pipeline: string,
  elsewhere: string,
): Promise<void> => {
  for (const args of [
    ['plan', pipeline],
    ['explain', pipeline],
    ['cat', pipeline, 'make'],
    ['cache', 'ls'],
    ['cache', 'verify'],
  ]) {
    const { code, err } = await run(...args)
    expect([args, code, err]).toEqual([args, 0, ''])
  }
  const rows = async () => (await run('run', pipeline, '--cache-dir', elsewhere)).out
  expect(steady(await rows())).toContain('\nmake  ran  TIME  28 B\n')
  expect(steady(await rows())).toContain('\nmake  reused  TIME  28 B\n')
}
