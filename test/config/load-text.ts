import { type Loaded, type LoadOptions, loadPipeline } from '../../src/config/load.ts'
import { formatDiagnostics } from '../../src/diagnostic/format.ts'

export const cwd = '/home/me/project'

/** Loads a text as if it were `pipelines/p.yaml` in the current folder. */
export const loadText = (text: string, options: Partial<LoadOptions> = {}): Loaded =>
  loadPipeline({ file: 'pipelines/p.yaml', text, env: {}, cwd, ...options })

/** The whole text that a user would read; empty where nothing is wrong. */
export const messagesOf = ({ diagnostics }: Loaded): string => formatDiagnostics(diagnostics, { cwd })

/** The document of a text in which nothing may be wrong. */
export const soundDocument = (text: string, options: Partial<LoadOptions> = {}) => {
  const loaded = loadText(text, options)
  if (!loaded.document || loaded.diagnostics.length > 0) throw new Error(messagesOf(loaded))
  return loaded.document
}
