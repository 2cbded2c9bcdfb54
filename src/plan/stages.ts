import type { StageEntry } from '../config/document.ts'
import type { Resolver } from '../plugin/resolve.ts'
import type { AnyStage } from '../plugin/stage.ts'
import { type Context, fail } from './context.ts'

/** A stage of the document and what its `uses` names: nothing where it names no stage, which is reported. */
export interface FoundStage {
  readonly entry: StageEntry
  readonly name: string
  readonly definition?: AnyStage
  code?(): Promise<string>
}

/** Finds the stage behind each entry of the document, in its order. */
export const findStages = async (context: Context, resolver: Resolver): Promise<readonly FoundStage[]> => {
  const { document } = context
  const resolved = await Promise.all(
    document.stages.map(async entry => {
      const path = ['stages', entry.name, 'uses']
      if (document.isBroken(path)) return undefined
      return resolver.resolve(entry.uses, document.folder(path))
    }),
  )
  return document.stages.map((entry, index): FoundStage => {
    const { name } = entry
    const found = resolved[index]
    if (found?.ok) return { entry, name, definition: found.definition, code: found.code }
    // `uses` may be left out: it is the stage's own name that is wrong then.
    if (found) fail(context, found.code, found.message, document.locate(['stages', name, 'uses']), found)
    return { entry, name }
  })
}
