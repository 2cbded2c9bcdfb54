import { describe, expect, it } from 'vitest'
import { programWords, runLine } from '../../src/cli/called.ts'
import type { Flags } from '../../src/cli/flags.ts'

describe('the program, as it was called', () => {
  it.each([
    ['/home/me/project/node_modules/.bin/sluice', ['npx', 'sluice']],
    ['/home/me/project/node_modules/.bin/pipeline', ['npx', 'pipeline']],
    ['/root/.npm/_npx/f802/node_modules/.bin/pipeline', ['npx', 'sluice']],
    ['/root/.npm/_npx/linked/node_modules/.bin/pipeline', ['npx', 'pipeline']],
    ['/usr/local/bin/pipeline', ['pipeline']],
    ['/home/me/project/dist/cli.js', ['node', 'dist/cli.js']],
    ['/opt/sluice/dist/cli.js', ['node', '/opt/sluice/dist/cli.js']],
  ])('%s', (script, words) => {
    const real = (path: string) => (path.includes('linked') ? '/home/me/sluice/dist/cli.js' : path)
    expect(programWords(['/usr/bin/node', script], '/home/me/project', real)).toEqual(words)
  })
})

describe('a further run of the same pipeline', () => {
  const program = programWords().join(' ')
  it.each<[Flags, Parameters<typeof runLine>[1], string]>([
    [{}, {}, ''],
    [
      { set: ['vars.model=./my bert', 'vars.x=1'], profile: 'quick', 'cache-dir': '/tmp/c', json: true, force: ['a'] },
      { until: 'span' },
      " --set 'vars.model=./my bert' --set vars.x=1 --profile quick --cache-dir /tmp/c --until span",
    ],
    [{ set: ['a.b=1', 'a.bc=2'] }, { set: ['a.b=3'], only: 'a' }, ' --set a.bc=2 --set a.b=3 --only a'],
  ])('%j, changed by %j', (flags, change, words) => {
    expect(runLine({ positionals: ['squad.yaml', 'span'], flags }, change)).toBe(`${program} run squad.yaml${words}`)
  })
})
