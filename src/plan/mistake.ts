import { didYouMean, nearest } from '../diagnostic/nearest.ts'
import type { Schema } from '../plugin/json-schema.ts'
import { fromPointer, spoken } from '../plugin/pointer.ts'
import type { Resolver } from '../plugin/resolve.ts'
import type { Mistake } from '../plugin/validate.ts'
import { type Context, fail, listed, parameterPath } from './context.ts'
import type { FoundStage } from './stages.ts'

/** The stages that have a parameter of this name: those of the pipeline, or else the built-in ones. */
export type Owners = (parameter: string) => Promise<{ readonly names: readonly string[]; readonly here: boolean }>

/** Looks parameters up in the stages of the pipeline, then in all that are built in, which are loaded only then. */
export const ownersAmong = (stages: readonly FoundStage[], resolver: Resolver): Owners => {
  const has = (parameter: string, config: Schema) => Object.hasOwn(config.properties ?? {}, parameter)
  return async parameter => {
    const here = stages.filter(({ definition }) => definition && has(parameter, definition.config))
    if (here.length > 0) return { names: here.map(({ name }) => name), here: true }
    const builtin = [...(await resolver.builtins())].filter(([, definition]) => has(parameter, definition.config))
    return { names: builtin.map(([name]) => name), here: false }
  }
}

/** Reports what is wrong with a stage's configuration at one place. */
export const reportMistake = async (
  context: Context,
  stage: string,
  mistake: Mistake,
  owners: Owners,
): Promise<void> => {
  const { document } = context
  const path = parameterPath(stage, fromPointer(mistake.pointer))
  const field = spoken(mistake.pointer)
  const related = document.origins(path)

  if (mistake.kind === 'missing') {
    const message = `Stage \`${stage}\` needs \`${field}\`: ${mistake.expected}.`
    return fail(context, 'missing-key', message, document.locate(path.slice(0, -1), 'key'), {
      hint: whereToWrite(field),
    })
  }
  const range = document.locate(path, mistake.kind === 'unknown' ? 'key' : 'value')
  if (mistake.kind === 'value') {
    const empty = mistake.value === null && range.start.offset === range.end.offset
    const message = `\`${field}\` of stage \`${stage}\` must be ${mistake.expected}; found ${empty ? 'an empty value' : mistake.found}.`
    return fail(context, 'wrong-value', message, range, { hint: mistake.hint, related })
  }
  const { names, here } = await ownersOf(mistake, path.length === 4 ? owners : undefined)
  const owned = names.length > 0 ? `; it belongs to ${listed(names)}` : ''
  const message = `\`${field}\` is not a parameter of stage \`${stage}\`${owned}.`
  const hint =
    owned === ''
      ? didYouMean(mistake.key, mistake.keys)
      : here
        ? `Move it to \`with\` of ${listed(names, 'or')}.`
        : undefined
  return fail(context, 'unknown-key', message, range, { hint, related })
}

/** Other stages are named only where nothing of the stage's own is near. */
const ownersOf = async ({ key, keys }: Extract<Mistake, { kind: 'unknown' }>, owners: Owners | undefined) =>
  owners && nearest(key, keys) === undefined ? owners(key) : { names: [], here: false }

const whereToWrite = (field: string) => (/[.[]/.test(field) ? undefined : `Write it under \`with\`: \`${field}: …\`.`)
