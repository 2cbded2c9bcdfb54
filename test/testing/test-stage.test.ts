import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineArtifact, defineStage, optional, Type } from 'sluice'
import { testStage } from 'sluice/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-testing-'))
  writeFileSync(join(folder, 'in.txt'), 'hello')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const Text = defineArtifact<string>({
  kind: 'Text',
  version: 1,
  schema: Type.String(),
  write: (value, dir) => writeFileSync(join(dir, 'text.txt'), value),
  read: dir => readFileSync(join(dir, 'text.txt'), 'utf8'),
})
const ports = { name: 'x', version: 1, summary: 'A stage of this test.', outputs: { text: Text } } as const
const locations = Type.Object({ file: Type.Location(), copy: Type.Location({ output: true }) })

it('gives all that a stage made, said, read and wrote', async () => {
  const stage = defineStage({
    ...ports,
    config: locations,
    inputs: { end: optional(Text) },
    async run({ config, inputs, progress, step, log, files, wrote, scratch }) {
      await files(join(config.file, 'none'))
      const text = readFileSync((await files(config.file))!, 'utf8') + inputs.end
      progress(1, 2)
      step({ step: 1, loss: 0.5 })
      log.info('one')
      log.warn('two')
      log.result('length', text.length)
      writeFileSync(join(scratch, 'x'), '')
      writeFileSync(config.copy, text)
      await wrote(config.copy)
      return { text }
    },
  })
  expect(await testStage(stage, { folder, config: { file: 'in.txt', copy: 'out.txt' }, inputs: { end: '!' } })).toEqual(
    {
      outputs: { text: 'hello!' },
      warnings: ['two'],
      infos: ['one'],
      results: { length: 6 },
      steps: [{ step: 1, loss: 0.5 }],
      files: [join(folder, 'in.txt/none'), join(folder, 'in.txt')],
      wrote: [join(folder, 'out.txt')],
    },
  )
})

it('gives the run what the stage said of the machine, and the packages that it finds', async () => {
  const stage = defineStage({
    ...ports,
    config: Type.Object({ engine: Type.String() }),
    machine: ({ config, probe }) => ({ engine: config.engine, version: probe.package('typebox')!.version }),
    run: context => ({
      text: JSON.stringify([context.machine, context.package('typebox')?.version, context.package('no-such')]),
    }),
  })
  const { outputs } = await testStage(stage, { folder, config: { engine: 'fast' } })
  const [machine, version, absent] = JSON.parse(outputs.text)
  expect([machine, absent]).toEqual([{ engine: 'fast', version }, null])
  expect(version).toMatch(/^1\.\d+\.\d+$/)
})

it.each<[string, Run, string]>([
  [
    'an output that it does not have',
    () => ({ text: '', more: '' }),
    'stage x must return the outputs text; it returned text, more',
  ],
  ['no output', () => ({}), 'stage x must return the outputs text; it returned none'],
  [
    'a file that it did not write',
    async ({ config, files, wrote }) => {
      await files(config.file)
      await wrote(config.copy)
      return { text: '' }
    },
    'the stage says that it wrote FOLDER/out.txt, but there is no such file',
  ],
  [
    'a location that it did not declare',
    ({ config }) => ({ text: readFileSync(config.file, 'utf8') }),
    'stage x must declare with files() what it reads at `file`: it would be reused whatever is there',
  ],
])('refuses %s, as a run does', async (_, run, message) => {
  // A plugin in JavaScript may return anything.
  const stage = defineStage({ ...ports, config: locations, run: run as () => { text: string } })
  const config = { file: 'in.txt', copy: 'out.txt' }
  await expect(testStage(stage, { folder, config })).rejects.toThrow(new Error(message.replace('FOLDER', folder)))
})

interface Context {
  readonly config: { readonly file: string; readonly copy: string }
  files(path: string): Promise<string | undefined>
  wrote(path: string): Promise<void>
}
type Run = (context: Context) => object
