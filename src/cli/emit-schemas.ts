// Writes the schemas of the package into `schemas/`: `node dist/emit-schemas.js`; with `--check` it only names those that
// are stale, and fails where there are any.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { builtins } from '../library/builtins.ts'
import { emitSchemas } from '../plugin/emit-schemas.ts'
import { packageRoot } from '../plugin/package-root.ts'
import { eventSchema } from '../report/event-schema.ts'
import { CompareRecord } from './compare-record.ts'

/** The schemas as they should be, by file name within `schemas/`. */
export const currentSchemas = async (): Promise<Readonly<Record<string, string>>> => {
  const names = Object.keys(builtins)
  const loaded = await Promise.all(Object.values(builtins).map(load => load()))
  const stages = new Map(loaded.map((module, index) => [names[index]!, module.default]))
  const commands = loaded.flatMap(({ command }) => (command?.looksAt === 'results' ? [command.answers] : []))
  const comparisons = loaded.flatMap(({ comparison }) => (comparison ? [comparison.answers] : []))
  const answers = Object.fromEntries([...commands, ...comparisons].map(({ name, schema }) => [name, schema]))
  return emitSchemas({ stages, others: { event: eventSchema, compare: CompareRecord, ...answers } })
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
  const stale = staleSchemas(folder, schemas)
  if (check && stale.length > 0) {
    console.error(`Stale in schemas/: ${stale.join(', ')}. \`npm run schemas\` writes them anew.`)
    process.exitCode = 1
  }
  for (const name of check ? [] : stale) {
    const file = join(folder, name)
    const text = schemas[name]
    if (text === undefined) rmSync(file)
    else {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
    console.log(`${text === undefined ? 'removed' : 'wrote'} schemas/${name}`)
  }
}

if (process.argv[1]?.endsWith('emit-schemas.js')) await main(process.argv.includes('--check'))
