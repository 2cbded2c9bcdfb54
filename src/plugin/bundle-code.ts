import { isBuiltin } from 'node:module'
import { basename, dirname, resolve } from 'node:path'
import type { BuildFailure, Plugin } from 'esbuild'
import { packageOf } from './package-root.ts'

/** A stage's own code, minified with its local imports, and the packages that it imports. */
export interface CodeBundle {
  readonly text: string
  /** Absolute paths of the bundled files. */
  readonly files: readonly string[]
  /** Package → the folder of a file that imports it. */
  readonly packages: Readonly<Record<string, string>>
}

export interface BundleOptions {
  /** Import names to bundle although they look like packages, with the files they mean. */
  readonly alias?: Readonly<Record<string, string>>
  readonly plugins?: readonly Plugin[]
  /** Only what its default export needs: a stage, without the commands that come with it. */
  readonly onlyDefault?: boolean
}

/**
 * Bundles a file with everything that it imports by path. Minified, so that comments, formatting and types make no
 * difference. Packages stay outside. Code that is only named, such as a worker's file, is not followed.
 */
export const bundleCode = async (
  file: string,
  { alias = {}, plugins = [], onlyDefault = false }: BundleOptions = {},
): Promise<CodeBundle> => {
  const { build } = await import('esbuild')
  const folder = dirname(file)
  const { outputFiles, metafile } = await build({
    ...(onlyDefault
      ? { stdin: { contents: `export { default } from ${JSON.stringify(`./${basename(file)}`)}`, resolveDir: folder } }
      : { entryPoints: [file] }),
    absWorkingDir: folder,
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    // Short names are chosen by how often letters occur in the source, its types included: names stay.
    minifyIdentifiers: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    legalComments: 'none',
    // Whatever tsconfig.json lies about must not change the digest.
    tsconfigRaw: '{}',
    alias: { ...alias },
    plugins: [...plugins],
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const kept = new Set(Object.values(metafile.outputs).flatMap(output => output.imports.map(each => each.path)))
  const packages: Record<string, string> = {}
  for (const [importer, { imports }] of Object.entries(metafile.inputs))
    for (const { path, external } of imports)
      if (external && kept.has(path) && !isBuiltin(path))
        packages[packageOf(path)] ??= dirname(resolve(folder, importer))
  return {
    text: outputFiles[0]?.text ?? '',
    files: Object.keys(metafile.inputs).map(input => resolve(folder, input)),
    packages,
  }
}

/** Why a bundle could not be made: the first thing that esbuild says, with its place. */
export const bundleFailure = (error: unknown): { readonly message: string } => {
  const { errors: [first] = [], message = String(error) } = error as Partial<BuildFailure>
  const place = first?.location ? ` (${first.location.file}:${first.location.line})` : ''
  return { message: `${(first?.text ?? message).replace(/\.$/, '')}${place}` }
}
