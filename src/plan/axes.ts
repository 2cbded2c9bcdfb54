import { didYouMean, nearest } from '../diagnostic/nearest.ts'
import { type Context, fail, listed } from './context.ts'
import type { FoundStage } from './stages.ts'

/** Reports each name in `matrix` that is no variable; where it is the parameter of a stage, with the path to write. */
export const reportStrangeAxes = (context: Context, stages: readonly FoundStage[]): void => {
  const { strangeAxes, variables } = context.document
  const parameters = stages.flatMap(({ name, definition }) =>
    Object.keys(definition?.config.properties ?? {}).map(parameter => ({ stage: name, parameter })),
  )
  for (const { name, range } of strangeAxes) {
    const pathsOf = (wanted: string) =>
      parameters
        .filter(({ parameter }) => parameter === wanted)
        .map(({ stage, parameter }) => `stages.${stage}.with.${parameter}`)
    const near = nearest(name, variables)
    const meant =
      near === undefined
        ? nearest(
            name,
            parameters.map(each => each.parameter),
          )
        : undefined
    const paths = [name, ...(meant === undefined ? [] : [meant])].map(pathsOf).find(found => found.length > 0) ?? []
    const message = `\`${name}\` in \`matrix\` is not one of \`vars\`${pathsOf(name).length > 0 ? ', but a parameter' : ''}.`
    const hint =
      near === undefined && paths.length > 0
        ? `Write ${listed(paths, 'or')}.`
        : (didYouMean(name, variables, 'Variables') ?? 'Write a path such as `stages.train.with.learning_rate`.')
    fail(context, 'unknown-axis', message, range, { hint })
  }
}
