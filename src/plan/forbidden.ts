import { dirname, parse } from 'node:path'
import type { PipelineDocument } from '../config/document.ts'
import { writes } from './locations.ts'
import type { LocationField } from './plan.ts'

export interface Surroundings {
  readonly document: PipelineDocument
  readonly cacheDir: string
  readonly home: string
  /** The locations of each stage, and the stages whose outputs each reads by location. */
  readonly locations: ReadonlyMap<string, readonly LocationField[]>
  readonly writers: ReadonlyMap<string, readonly string[]>
}

/** The places that a stage must never write to, and why. */
export const forbiddenPlaces = (
  { document, cacheDir, home, locations, writers }: Surroundings,
  stage: string,
): readonly { readonly path: string; readonly why: string }[] => {
  // What a later stage reads back from this stage's own output is no foreign place.
  const readsBack = (reader: string, path: string) =>
    writers.get(reader)?.includes(stage) && writes(locations.get(stage), path)
  const inputs = [...locations].flatMap(([reader, fields]) =>
    fields
      .filter(({ path, output }) => !output && !readsBack(reader, path))
      .map(({ path }) => ({ path, why: `stage \`${reader}\` reads it` })),
  )
  return [
    { path: parse(document.file).root, why: 'it is the root folder' },
    { path: home, why: 'it is the home folder' },
    { path: dirname(document.file), why: 'it is the folder of the pipeline' },
    { path: cacheDir, why: 'it is the cache' },
    ...inputs,
  ]
}
