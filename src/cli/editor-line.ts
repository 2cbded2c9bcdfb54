import { dirname, join, relative, resolve, sep } from 'node:path'
import { installedPackage, packageRoot } from '../plugin/package-root.ts'

/**
 * The first line of a new pipeline, which names its schema to editors; nothing where the schema lies in no project that the
 * pipeline belongs to (a package that npx fetched for one call is gone tomorrow).
 */
export const editorLine = (file: string): string => {
  const folder = dirname(resolve(file))
  const installed = installedPackage('sluice', folder)
  const root = installed ? dirname(installed.manifest) : packageRoot()
  if (!installed && relative(root, folder).startsWith('..')) return ''
  const schema = relative(folder, join(root, 'schemas', 'pipeline.schema.json'))
    .split(sep)
    .join('/')
  return `# yaml-language-server: $schema=${schema.startsWith('.') ? schema : `./${schema}`}\n#\n`
}
