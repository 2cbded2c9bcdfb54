import type { FileRecord } from '../cache/key.ts'
import type { PlannedStage } from '../plan/plan.ts'
import type { Json } from '../plugin/artifact.ts'
import { fromPointer, spoken } from '../plugin/pointer.ts'

// A stage that does not say what it reads and writes outside the cache would be reused when it must not be. Such a stage
// is wrong itself, whatever its user does: what is thrown here is a plain Error.

/**
 * Checks what a stage has declared against what it is.
 *
 * At each input location it must have declared what it read: the location, or something in it or beside it. That holds
 * for one that it had no reason to read too, because the key does not hold its path. (With `place: true` it does; a field
 * that is `outOfKey` makes no difference to the result.) A stage with an effect must have written something, and one that
 * has written must be known for it beforehand.
 */
export const checkDeclared = (
  { name, definition, keyConfig, locations }: PlannedStage,
  { read, wrote }: { readonly read: readonly FileRecord[]; readonly wrote: readonly FileRecord[] },
): void => {
  const effect = definition.effect === true
  const silent = locations.find(
    ({ pointer }) => entersByContent(keyConfig, pointer) && !read.some(({ field }) => field === pointer),
  )
  if (silent !== undefined)
    throw new Error(
      `stage ${name} must declare with files() what it reads at \`${spoken(silent.pointer)}\`: it would be reused whatever is there`,
    )
  if (effect && wrote.length === 0)
    throw new Error(
      `stage ${name} is marked \`effect: true\` and must declare with wrote() what it wrote: it would be reused after that is gone`,
    )
  if (wrote.length > 0 && !effect && !locations.some(({ output }) => output))
    throw new Error(
      `stage ${name} writes outside the cache: it must be marked \`effect: true\`, or have an output location`,
    )
}

/** The key holds null in place of an input location. */
const entersByContent = (keyConfig: Json, pointer: string): boolean =>
  fromPointer(pointer).reduce<unknown>(
    (value, segment) => (typeof value === 'object' && value !== null ? Reflect.get(value, segment) : undefined),
    keyConfig,
  ) === null
