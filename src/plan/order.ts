import type { Path } from '../config/document.ts'
import { didYouMean } from '../diagnostic/nearest.ts'
import { type Context, fail } from './context.ts'
import { noStage } from './from.ts'
import type { FoundStage } from './stages.ts'
import type { Wiring } from './wiring.ts'

/** The stages that each stage waits for, in the order of the document, from the places that say so. */
export type After = ReadonlyMap<string, ReadonlyMap<string, Path>>

/** What each stage waits for: its producers, the stages whose outputs it reads by location, and its `needs`. */
export const afterOf = (
  context: Context,
  stages: readonly FoundStage[],
  wiring: ReadonlyMap<string, Wiring>,
  writers: ReadonlyMap<string, readonly string[]>,
): After => {
  const names = stages.map(stage => stage.name)
  return new Map(
    stages.map(({ name, entry }) => {
      const after = new Map<string, Path>()
      for (const [index, needed] of entry.needs.entries()) {
        const path = ['stages', name, 'needs', index]
        if (names.includes(needed)) after.set(needed, path)
        else
          fail(context, 'unknown-stage', noStage(needed), context.document.locate(path), {
            hint: didYouMean(needed, names, 'Stages'),
          })
      }
      for (const writer of writers.get(name) ?? []) after.set(writer, ['stages', name, 'with'])
      for (const [port, { stage }] of Object.entries(wiring.get(name)?.inputs ?? {}))
        after.set(stage, ['stages', name, 'from', port])
      return [name, new Map(names.filter(each => after.has(each)).map(each => [each, after.get(each)!]))] as const
    }),
  )
}

/**
 * The stages in an order in which each stands after all that it waits for, otherwise as in the document. Each circle
 * is reported; its stages and those that wait for them are left out.
 */
export const inRunOrder = (context: Context, stages: readonly FoundStage[], after: After): readonly FoundStage[] => {
  const order: FoundStage[] = []
  const open = new Set(stages)
  const settled = new Set<string>()
  for (;;) {
    const next = [...open].find(({ name }) => [...after.get(name)!.keys()].every(each => settled.has(each)))
    if (!next) break
    open.delete(next)
    settled.add(next.name)
    order.push(next)
  }
  reportCircles(
    context,
    [...open].map(stage => stage.name),
    after,
  )
  return order
}

/** Reports each circle among stages that cannot be ordered. */
const reportCircles = (context: Context, names: readonly string[], after: After): void => {
  const open = new Set(names)
  for (const start of names) {
    while (open.has(start)) {
      const way: string[] = []
      let at: string | undefined = start
      while (at !== undefined && !way.includes(at)) {
        way.push(at)
        at = [...after.get(at)!.keys()].find(each => open.has(each))
      }
      // The end of a way that leads into no circle any more only waited for one that has been reported.
      const done = at === undefined ? way.slice(-1) : way.slice(way.indexOf(at))
      if (at !== undefined) reportCircle(context, done, after)
      for (const name of done) open.delete(name)
    }
  }
}

const reportCircle = (context: Context, circle: readonly string[], after: After): void => {
  const steps = circle.map((name, index) => {
    const next = circle[(index + 1) % circle.length]!
    return { name, next, range: context.document.locate(after.get(name)!.get(next)!) }
  })
  const [first, ...others] = steps
  const way = [...circle, circle[0]!].map(name => `\`${name}\``).join(' → ')
  const message =
    circle.length === 1 ? `Stage \`${circle[0]}\` waits for itself.` : `Stages wait for each other in a circle: ${way}.`
  fail(context, 'circular-stages', message, first!.range, {
    hint: circle.length === 1 ? undefined : 'Take one of these out of `from` or `needs`.',
    related: others.map(({ name, next, range }) => ({ message: `\`${name}\` waits for \`${next}\` here.`, range })),
  })
}
