import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, resolve as resolvePath } from 'node:path'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean, nearest } from '../diagnostic/nearest.ts'
import { builtinDigest, type VersionOf } from './builtin-digest.ts'
import { bundleFailure } from './bundle-code.ts'
import { type DigestMemo, isCurrent, localCode, type Owner } from './code-digest.ts'
import { loadFailure, moduleLoader } from './load-module.ts'
import { installedPackage, packageOf, packageRoot } from './package-root.ts'
import type { AnyStage } from './stage.ts'
import type { ComparisonPage, StageCommand, StageComparison } from './stage-command.ts'
import { stageFault } from './stage-fault.ts'

/** The built-in stages by name, each loaded when it is first used. */
export type BuiltinStages = Readonly<
  Record<
    string,
    () => Promise<{
      readonly default: AnyStage
      readonly commands?: Readonly<Record<string, StageCommand>>
      readonly comparison?: StageComparison
      readonly comparisonPage?: ComparisonPage
    }>
  >
>

/** A stage that `uses:` names. `code` is the digest of its code. */
export type Resolution =
  | { readonly ok: true; readonly definition: AnyStage; code(): Promise<string> }
  | ({ readonly ok: false } & Pick<Diagnostic, 'code' | 'message' | 'hint' | 'related'>)

/** Finds stages: a bare name is built in, `./x.ts` is a file, `package/stage` comes from an installed package. */
export interface Resolver {
  /** `folder` is that of the file in which `uses` is written. */
  resolve(uses: string, folder: string): Promise<Resolution>
  /** All built-in stages that can be loaded, by name: for hints, which may name any of them. */
  builtins(): Promise<ReadonlyMap<string, AnyStage>>
}

export interface ResolverOptions {
  readonly builtins: BuiltinStages
  /** Where code digests of stages that are not built in are remembered. */
  readonly memo?: DigestMemo
  /** Asked for the packages that built-in stages use. */
  readonly versionOf?: VersionOf
}

export const stageResolver = ({ builtins, memo, versionOf }: ResolverOptions): Resolver => {
  const found = new Map<string, Promise<Resolution>>()

  const builtin = async (name: string): Promise<Resolution> => {
    const load = Object.hasOwn(builtins, name) ? builtins[name] : undefined
    if (load) return { ok: true, definition: (await load()).default, code: async () => builtinDigest(name, versionOf) }
    if (/\.[cm]?[jt]s$/.test(name))
      return fail(
        'unknown-stage',
        `\`${name}\` is not a built-in stage.`,
        `A file is written with a path: \`./${name}\`.`,
      )
    return fail(
      'unknown-stage',
      `There is no built-in stage \`${name}\`.`,
      didYouMean(name, Object.keys(builtins), 'Built in'),
    )
  }

  const file = async (uses: string, folder: string): Promise<Resolution> => {
    const path = resolvePath(folder, uses)
    if (isFile(path)) return load(uses, path)
    const near = nearest(basename(path), filesIn(dirname(path)))
    const hint = near
      ? `Did you mean \`${uses.slice(0, -basename(uses).length)}${near}\`?`
      : `The file would be ${path}.`
    return fail('stage-file', `The file \`${uses}\` does not exist.`, hint)
  }

  const installed = async (uses: string, folder: string): Promise<Resolution> => {
    const loader = await moduleLoader()
    const path = loader.find(uses, folder) ?? loader.find(uses, packageRoot())
    const name = packageOf(uses)
    const own = installedPackage(name, folder) ?? installedPackage(name, packageRoot())
    if (path !== undefined) return load(uses, path, own && { name, ...own })
    return own === undefined
      ? fail('stage-package', `The package \`${name}\` is not installed.`, `Install it: \`npm install ${name}\`.`)
      : fail('stage-package', `The package \`${name}\` has no stage \`${uses.slice(name.length + 1)}\`.`)
  }

  const load = async (uses: string, path: string, owner?: Owner): Promise<Resolution> => {
    // What the module itself is found wrong with says more than what cannot be bundled.
    const code = await localCode(path, memo, owner).catch(bundleFailure)
    try {
      const { default: definition } = await (await moduleLoader()).load(path)
      if (definition === undefined) return fail('stage-export', `\`${uses}\` has no default export.`, howToExport)
      const fault = stageFault(definition)
      if (fault !== undefined)
        return fail('stage-export', `The default export of \`${uses}\` is not a stage: ${fault}.`, howToExport)
      if ('message' in code) return fail('stage-load', `The code of \`${uses}\` cannot be told: ${code.message}.`)
      if (!isCurrent(code)) return fail('stage-load', `\`${uses}\` changed while it was loaded.`, 'Try again.')
      return { ok: true, definition: definition as AnyStage, code: async () => code.digest }
    } catch (error) {
      const { message, range } = loadFailure(error)
      const related = range ? { related: [{ message: 'It stopped here.', range }] } : {}
      const hint = message.startsWith("Cannot find package 'sluice'") ? howToFindUs : undefined
      return { ...fail('stage-load', `\`${uses}\` could not be loaded: ${message}.`, hint), ...related }
    }
  }

  const find = (uses: string, folder: string): Promise<Resolution> => {
    if (/^\.{0,2}[\\/]/.test(uses)) return file(uses, folder)
    return uses.includes('/') ? installed(uses, folder) : builtin(uses)
  }

  return {
    resolve: (uses, folder) => {
      const id = JSON.stringify([folder, uses])
      const resolution = found.get(id) ?? find(uses, folder)
      found.set(id, resolution)
      return resolution
    },
    builtins: async () => {
      const loaded = await Promise.allSettled(
        Object.entries(builtins).map(async ([name, load]) => [name, (await load()).default] as const),
      )
      return new Map(loaded.flatMap(each => (each.status === 'fulfilled' ? [each.value] : [])))
    },
  }
}

const howToExport = 'Write `export default defineStage({ name, version, summary, config, run })`.'

const howToFindUs =
  'A `.ts` file finds `sluice` wherever it lies; a `.js` file needs it installed: `npm install sluice`.'

const fail = (code: string, message: string, hint?: string): Resolution => ({
  ok: false,
  code,
  message,
  ...(hint !== undefined && { hint }),
})

const isFile = (path: string): boolean => {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const filesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
