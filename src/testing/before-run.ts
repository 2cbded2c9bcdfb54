import { resolve } from 'node:path'
import { fileProbe } from '../plan/probe.ts'
import type { Json, Static, TSchema } from '../plugin/artifact.ts'
import { mapLocations } from '../plugin/fields.ts'
import type { AnyStage, Fact, Problem } from '../plugin/stage.ts'
import { validate } from '../plugin/validate.ts'
import { checkNames, namesIn } from './contract.ts'
import type { TestOptions } from './test-stage.ts'

/** A stage's configuration as a plan would pass it on. */
export async function configure<C extends TSchema>(
  { name, config: schema }: { readonly name: string; readonly config: C },
  { config = {}, folder = process.cwd() }: TestOptions,
): Promise<Static<C>> {
  const checked = await validate(schema, config)
  if (!checked.ok) throw new TypeError(`stage ${name}: ${JSON.stringify(checked.mistakes, null, 2)}`)
  return mapLocations(schema, checked.value, ({ value }) => resolve(folder, value)) as Static<C>
}

interface Answers {
  readonly problems: readonly Problem[]
  readonly facts: Readonly<Record<string, Json>>
  readonly machine: Readonly<Record<string, Json>>
}

/** Asks a stage what a plan asks it, in the same order. An input of which no facts are given is connected all the same. */
export async function ask(
  stage: AnyStage,
  config: Json,
  options: Pick<TestOptions, 'folder'> & {
    readonly facts?: { readonly [port: string]: Readonly<Record<string, Fact>> | undefined }
    readonly connected?: readonly string[]
    readonly unchecked?: true | undefined
  },
): Promise<Answers> {
  const probe = fileProbe(options.folder ?? process.cwd())
  const connected = Object.fromEntries((options.connected ?? []).map(port => [port, {}]))
  const context = { config, facts: { ...connected, ...options.facts }, probe, forbidden: [] }
  checkNames(stage, 'unused', stage.unused?.(config) ?? [])
  const facts = options.unchecked ? {} : (stage.facts?.(context) ?? {})
  const problems = options.unchecked ? [] : ((await stage.check?.(context)) ?? [])
  checkNames(stage, 'check', namesIn(problems))
  const sound = problems.every(({ severity }) => severity === 'warning')
  return { problems, facts, machine: (sound && stage.machine?.({ config, probe })) || {} }
}
