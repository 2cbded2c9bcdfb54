import { fromPointer, spoken } from '../plugin/pointer.ts'
import type { StageConfig } from './config.ts'
import { type Context, fail, parameterPath, writtenAt } from './context.ts'
import type { After } from './order.ts'

/**
 * Refuses two stages that write to one place where neither waits for the other: which one's files stay would be chance. A
 * place that is out of the key is not meant: a stage makes a folder of its own there.
 */
export const expectOwnPlaces = (context: Context, configs: ReadonlyMap<string, StageConfig>, after: After): void => {
  const writers = [...configs].flatMap(([stage, { locations, keyConfig }]) =>
    locations
      .filter(({ output, pointer }) => output && isIn(keyConfig, pointer))
      .map(({ pointer, path }) => ({ stage, pointer, path })),
  )
  for (const [index, writer] of writers.entries()) {
    const { stage, pointer, path } = writer
    const other = writers
      .slice(0, index)
      .find(each => each.path === path && each.stage !== stage && !areOrdered(after, each.stage, stage))
    if (!other) continue
    const { range, related } = writtenAt(context, parameterPath(stage, fromPointer(pointer)))
    const message = `\`${spoken(pointer)}\` of stage \`${stage}\` must be a place of its own; stage \`${other.stage}\` writes to ${path} too, and neither waits for the other.`
    const there = writtenAt(context, parameterPath(other.stage, fromPointer(other.pointer))).range
    fail(context, 'same-output', message, range, {
      hint: `Name another place, or say which comes first: \`needs: [${other.stage}]\`.`,
      related: [...related, { message: `\`${other.stage}\` writes there, too.`, range: there }],
    })
  }
}

const isIn = (config: unknown, pointer: string): boolean =>
  fromPointer(pointer).reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    config,
  ) !== undefined

const areOrdered = (after: After, one: string, other: string): boolean =>
  waitsFor(after, one, other) || waitsFor(after, other, one)

const waitsFor = (after: After, stage: string, other: string, seen = new Set<string>()): boolean => {
  if (seen.has(stage)) return false
  seen.add(stage)
  return [...(after.get(stage)?.keys() ?? [])].some(each => each === other || waitsFor(after, each, other, seen))
}
