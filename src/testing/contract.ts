import type { Json, TSchema } from '../plugin/artifact.ts'
import type { AnyKind, AnyStage, Problem } from '../plugin/stage.ts'
import { stageFault } from '../plugin/stage-fault.ts'
import { validate } from '../plugin/validate.ts'
import { mistakeWords } from '../runner/check-records.ts'

// What every stage must keep to, whatever it does. A stage that does not is wrong itself: what is thrown here is an Error.

/** Stages whose parts are right: most are tested many times in a row. */
const sound = new WeakSet<AnyStage>()

/** Checks the parts of a stage: its shape, its schema, the defaults in it, the schemas of what it makes. */
export const checkParts = async (stage: AnyStage): Promise<void> => {
  if (sound.has(stage)) return
  const fault = stageFault(stage)
  if (fault !== undefined) throw new Error(`this is not a stage: ${fault}`)
  await checkSchema(`the schema of stage ${stage.name}`, stage.config)
  await checkDefaults(stage)
  for (const kind of Object.values<AnyKind>(stage.outputs ?? {}))
    await checkSchema(`the schema of the kind ${kind.kind}`, kind.schema)
  sound.add(stage)
}

const checkSchema = async (what: string, schema: TSchema): Promise<void> => {
  const ajv = await strictValidator()
  const { $id, ...own } = schema as TSchema & { readonly $id?: string }
  try {
    ajv.compile(own)
  } catch (error) {
    throw new Error(`${what} is not a JSON Schema: ${(error as Error).message}`)
  }
}

/** Unlike the validator of a run, which must be there in a moment, this one looks at the schemas themselves. */
const strictValidator = async () => {
  const {
    default: { Ajv2019 },
  } = await import('ajv/dist/2019.js')
  return new Ajv2019({
    strict: false,
    validateSchema: true,
    addUsedSchema: false,
    validateFormats: false,
    logger: false,
  })
}

const checkDefaults = async ({ name, config }: AnyStage): Promise<void> => {
  const fields: Readonly<Record<string, TSchema & { readonly default?: Json }>> = config.properties ?? {}
  for (const [field, schema] of Object.entries(fields)) {
    if (schema.default === undefined) continue
    const checked = await validate(schema, schema.default)
    if (checked.ok) continue
    throw new Error(
      `the default of \`${field}\` in stage ${name} is not what its schema takes: ${mistakeWords(checked.mistakes[0]!)}`,
    )
  }
}

/** Checks what a stage says of its own configuration: it must speak of parameters that it has. */
export const checkNames = (stage: AnyStage, part: 'unused' | 'check', names: readonly string[]): void => {
  const fields = Object.keys(stage.config.properties ?? {})
  const wrong = names.find(name => !fields.includes(name))
  if (wrong === undefined) return
  const has = fields.length === 0 ? 'it has none' : `it has ${fields.join(', ')}`
  throw new Error(`\`${part}\` of stage ${stage.name} names the parameter \`${wrong}\`; ${has}`)
}

/** The parameters at which problems point. */
export const namesIn = (problems: readonly Problem[]): string[] =>
  problems.flatMap(({ at }) => (at === undefined || at === '' ? [] : [at.split('/')[1] ?? '']))
