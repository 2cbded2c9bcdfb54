import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArtifactKind } from '../plugin/artifact.ts'
import { difference } from './difference.ts'

export interface Trip<T> {
  /** What a later stage would read. */
  readonly value: T
  /** SHA-256 by file name: by these the cache knows a result again. */
  readonly digests: Readonly<Record<string, string>>
}

/**
 * Writes a value and reads it back, as the cache does between two stages.
 *
 * @throws where not the same comes back, or what comes back would be written otherwise: a later stage would see one thing in the
 * run that makes it, and another in all runs after.
 */
export const codecTrip = async <T>(kind: ArtifactKind<T>, made: T, folder: string): Promise<Trip<T>> => {
  const [first, second] = [join(folder, 'once'), join(folder, 'again')]
  await mkdir(first, { recursive: true })
  await kind.write(made, first)
  const value = await kind.read(first)
  const place = difference(made, value)
  if (place !== undefined)
    throw new Error(
      `the kind ${kind.kind} does not read back what it wrote: ${place === '' ? 'the value' : place} is another`,
    )
  await mkdir(second)
  await kind.write(value, second)
  const digests = digestsIn(first)
  const file = otherFile(digests, digestsIn(second))
  if (file !== undefined)
    throw new Error(
      `the kind ${kind.kind} writes one value in two ways: ${file} differs. Its files must not depend on the folder, the time or chance`,
    )
  return { value, digests }
}

/** The first file that is not the same in both. */
export const otherFile = (one: Trip<unknown>['digests'], other: Trip<unknown>['digests']): string | undefined =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].sort().find(file => one[file] !== other[file])

const digestsIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(file => statSync(join(folder, file)).isFile())
      .map(file => [
        file,
        createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex'),
      ]),
  )
