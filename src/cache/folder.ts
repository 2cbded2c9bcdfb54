import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'

export interface CacheFolder {
  /** Absolute; it need not exist yet. */
  readonly path: string
  /** True for our own `.sluice`, which gets a `.gitignore`; a folder that somebody named may be under version control. */
  readonly ours: boolean
}

export interface CacheFolderOptions {
  readonly pipelineFile: string
  /** `--cache-dir`, relative to the current folder. */
  readonly flag?: string | undefined
  /** `SLUICE_CACHE` is read, relative to the current folder. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Where results are kept: `--cache-dir`, else `SLUICE_CACHE`, else the `"sluice": { "cacheDir": … }` of the nearest
 * package.json above the pipeline, else `.sluice` beside that package.json, else `.sluice` beside the pipeline.
 *
 * @throws diagnostics where that package.json is not JSON, or its `cacheDir` is not a path.
 */
export const cacheFolder = ({ pipelineFile, flag, env }: CacheFolderOptions): CacheFolder => {
  const named = flag || env.SLUICE_CACHE
  if (named) return { path: resolve(named), ours: false }
  const beside = dirname(resolve(pipelineFile))
  const found = nearestPackage(beside)
  if (found === undefined) return { path: join(beside, '.sluice'), ours: true }
  const configured = configuredFolder(found)
  const folder = dirname(found.file)
  return configured === undefined
    ? { path: join(folder, '.sluice'), ours: true }
    : { path: resolve(folder, configured), ours: false }
}

interface PackageFile {
  readonly file: string
  readonly text: string
}

const nearestPackage = (folder: string): PackageFile | undefined => {
  const file = join(folder, 'package.json')
  try {
    return { file, text: readFileSync(file, 'utf8') }
  } catch {
    const above = dirname(folder)
    return above === folder ? undefined : nearestPackage(above)
  }
}

const configuredFolder = ({ file, text }: PackageFile): string | undefined => {
  const cacheDir = parse(file, text)?.sluice?.cacheDir
  if (cacheDir === undefined || (typeof cacheDir === 'string' && cacheDir !== '')) return cacheDir
  throw diagnosticsError({
    severity: 'error',
    code: 'cache-dir',
    message: `${file}: expected \`sluice.cacheDir\` to be a path, found ${JSON.stringify(cacheDir)}.`,
    hint: 'Name a folder, relative to that package.json, or remove it: results are then kept in `.sluice`.',
  })
}

const parse = (file: string, text: string): { sluice?: { cacheDir?: unknown } | null } | null => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw diagnosticsError({
      severity: 'error',
      code: 'package-json',
      message: `${file}: expected JSON, because \`sluice.cacheDir\` may stand in it: ${(error as Error).message}.`,
      hint: 'Correct it, or say where results are kept with --cache-dir.',
    })
  }
}
