import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { rangeOfLine } from '../diagnostic/position.ts'
import { packageRoot, publicEntries } from './package-root.ts'

/**
 * Loads TypeScript and JavaScript modules of the user's. `sluice` and its parts mean this running copy, wherever the
 * file lies, so that a stage needs no installation beside it and never meets a second copy of the engines.
 */
export const moduleLoader = async () => {
  const { createJiti } = await import('jiti')
  const jiti = createJiti(join(packageRoot(), 'index.js'), {
    alias: publicEntries(),
    // Only TypeScript goes through jiti; whatever else is imported is Node's to load, once.
    extensions: ['.ts', '.mts', '.cts', '.tsx'],
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
  })
  return {
    load: (file: string) => jiti.import<Readonly<Record<string, unknown>>>(file),
    /** The file that a package's name means from a folder, or `undefined`. */
    find: (specifier: string, folder: string): string | undefined => {
      const found = jiti.esmResolve(specifier, { parentURL: pathToFileURL(join(folder, 'index.js')).href, try: true })
      return found?.startsWith('file:') ? fileURLToPath(found) : found
    },
  }
}

/** What a module threw while it was loaded: its message, and the place in the user's code where one can be told. */
export const loadFailure = (error: unknown): { readonly message: string; readonly range?: SourceRange } => {
  const { message = String(error), stack = '' } = error as Partial<Error>
  const [first = ''] = message.split('\n')
  const syntax = /^ParseError: (.*)/.exec(first)?.[1]
  const range = rangeIn(`${message}\n${stack}`, syntax !== undefined)
  return { message: (syntax ?? first).trim().replace(/\.$/, ''), ...(range && { range }) }
}

const isOurs = (file: string) =>
  file.includes('/node_modules/') || ['src', 'dist'].some(folder => file.startsWith(join(packageRoot(), folder)))

/** The first place of a file of the user's that an error's text names. */
const rangeIn = (text: string, exact: boolean): SourceRange | undefined => {
  for (const line of text.split('\n')) {
    const [, name, row, column] = /(?:^|\(|at )\s*(?:file:\/\/)?(\/.*?):(\d+):(\d+)\)?\s*$/.exec(line) ?? []
    if (name === undefined || isOurs(name)) continue
    try {
      const source = { name, text: readFileSync(name, 'utf8') }
      // Babel counts columns from 0.
      return rangeOfLine(source, Number(row), exact ? Number(column) + 1 : undefined)
    } catch {
      // A name that only looks like a file's: the next line may hold a real one.
    }
  }
  return undefined
}
