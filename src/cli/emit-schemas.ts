// Writes the schemas of the package into `schemas/`, and what people read of them to docs/stages.md: `node
// dist/emit-schemas.js`; with `--check` it only names those that are stale, and fails where there are any.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { builtins } from '../library/builtins.ts'
import { emitSchemas } from '../plugin/emit-schemas.ts'
import { packageRoot } from '../plugin/package-root.ts'
import type { AnyStage } from '../plugin/stage.ts'
import { eventSchema } from '../report/event-schema.ts'
import { CompareRecord } from './compare-record.ts'
import { stagesReference } from './stages-reference.ts'

/** The schemas as they should be, by file name within `schemas/`. */
export const currentSchemas = async (): Promise<Readonly<Record<string, string>>> => {
  const modules = [...(await allModules()).values()]
  const commands = modules.flatMap(({ commands = {} }) =>
    Object.values(commands).flatMap(command => (command.looksAt === 'results' ? [command.answers] : [])),
  )
  const comparisons = modules.flatMap(({ comparison }) => (comparison ? [comparison.answers] : []))
  const answers = Object.fromEntries([...commands, ...comparisons].map(({ name, schema }) => [name, schema]))
  return emitSchemas({ stages: await allStages(), others: { event: eventSchema, compare: CompareRecord, ...answers } })
}

/** docs/stages.md as it should be. */
export const currentReference = async (): Promise<string> => stagesReference(await allStages())

const allStages = async (): Promise<ReadonlyMap<string, AnyStage>> =>
  new Map([...(await allModules())].map(([name, module]) => [name, module.default]))

const allModules = async () => {
  const names = Object.keys(builtins)
  const loaded = await Promise.all(Object.values(builtins).map(load => load()))
  return new Map(loaded.map((module, index) => [names[index]!, module]))
}

/** The files within a folder of schemas that differ from these, are missing, or should not be there; sorted. */
export const staleSchemas = (folder: string, schemas: Readonly<Record<string, string>>): readonly string[] => {
  const present = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.schema.json'),
  )
  return [...new Set([...present, ...Object.keys(schemas)])]
    .filter(name => !present.includes(name) || readFileSync(join(folder, name), 'utf8') !== schemas[name])
    .sort()
}

const main = async (check: boolean): Promise<void> => {
  const folder = join(packageRoot(), 'schemas')
  mkdirSync(folder, { recursive: true })
  const schemas = await currentSchemas()
  const texts = new Map<string, string | undefined>(
    staleSchemas(folder, schemas).map(name => [join('schemas', name), schemas[name]]),
  )
  const reference = await currentReference()
  if (readText(join(packageRoot(), 'docs/stages.md')) !== reference) texts.set('docs/stages.md', reference)
  if (check && texts.size > 0) {
    console.error(`Stale: ${[...texts.keys()].join(', ')}. \`npm run schemas\` writes them anew.`)
    process.exitCode = 1
  }
  for (const [name, text] of check ? [] : texts) {
    const file = join(packageRoot(), name)
    if (text === undefined) rmSync(file)
    else {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
    console.log(`${text === undefined ? 'removed' : 'wrote'} ${name}`)
  }
}

const readText = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

if (process.argv[1]?.endsWith('emit-schemas.js')) await main(process.argv.includes('--check'))
