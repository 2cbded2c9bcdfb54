import { type ArtifactKind, defineArtifact } from '../../src/plugin/artifact.ts'
import { Type } from '../../src/plugin/schema.ts'

/** An artifact kind for tests, whose value is a text. */
export const textKind = (kind: string): ArtifactKind<string> =>
  defineArtifact<string>({
    kind,
    version: 1,
    schema: Type.String(),
    write: () => {},
    read: () => '',
  })
