// A process that runs a pipeline of three stages over FOLDER/in.txt, whose results have several files, and prints the
// statuses of its stages. Arguments: the folder, and how long the first stage takes.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineArtifact } from '../../src/plugin/artifact.ts'
import { packFile, unpackFile } from '../../src/plugin/codec.ts'
import { readColumns, writeColumns } from '../../src/plugin/columns.ts'
import { Type } from '../../src/plugin/schema.ts'
import { defineStage } from '../../src/plugin/stage.ts'
import { planOf, run } from './rig.ts'

const [folder = '', pause = '0'] = process.argv.slice(2)

const Numbers = defineArtifact<Int32Array>({
  kind: 'Numbers',
  version: 1,
  schema: Type.Integer(),
  async write(value, dir) {
    await packFile(join(dir, 'count.msgpack'), { count: value.length })
    await writeColumns(dir, 'numbers', { value }, { partBytes: 150_000 })
  },
  async read(dir) {
    const { count } = (await unpackFile(join(dir, 'count.msgpack'))) as { count: number }
    const { value } = await readColumns(dir, 'numbers', { value: Int32Array })
    if (value.length !== count) throw new Error(`${value.length} numbers, not ${count}`)
    return value
  },
})

const count = defineStage({
  name: 'count',
  version: 1,
  summary: 'Counts up, and writes down what it has done so far.',
  config: Type.Object({ file: Type.Location() }),
  outputs: { numbers: Numbers },
  async run({ config, files, scratch }) {
    appendFileSync(join(folder, 'calls.txt'), 'count\n')
    await files(config.file)
    await sleep(Number(pause))
    const length = Number(readFileSync(config.file, 'utf8'))
    writeFileSync(join(scratch, 'progress.txt'), String(length))
    return { numbers: Int32Array.from({ length }, (_, i) => i) }
  },
})

const square = defineStage({
  name: 'square',
  version: 1,
  summary: 'Squares numbers.',
  config: Type.Object({}),
  inputs: { numbers: Numbers },
  outputs: { numbers: Numbers },
  run: ({ inputs }) => ({ numbers: inputs.numbers.map(each => Math.imul(each, each)) }),
})

const plan = planOf(folder, {
  count: { definition: count, config: { file: join(folder, 'in.txt') }, reads: ['/file'] },
  square: { definition: square, inputs: { numbers: { stage: 'count', port: 'numbers' } } },
  again: { definition: square, inputs: { numbers: { stage: 'square', port: 'numbers' } } },
})
const { stages, events, exitCode } = await run(plan)
console.log(
  JSON.stringify({ stages, waited: events.some(event => event.event === 'stage' && event.status === 'waiting') }),
)
for (const event of events)
  if (event.event === 'diagnostic' || event.event === 'bug') console.error(JSON.stringify(event))
process.exitCode = exitCode
