import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { cacheFolder } from '../cache/folder.ts'
import { type ListedEntry, list } from '../cache/list.ts'
import { openStore } from '../cache/store.ts'
import { findPipeline } from '../config/find.ts'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { count, duration, size } from '../report/human.ts'
import { table } from '../report/table.ts'
import { unknownName } from './arguments.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { print, printJson } from './print.ts'

export default defineCommand({
  name: 'cache',
  takes: ['ls|path', '[FILE]'],
  flags: ['json', 'cache-dir'],
  about:
    'Lists the results that are kept, or says in which folder. FILE is a pipeline; without it, the current folder decides.',
  examples: [
    ['pipeline cache ls', 'all results, their size, and when they were last used'],
    ['pipeline cache path', 'the folder that they are in'],
  ],
  async run({ positionals: [what = '', file], flags }) {
    if (what !== 'ls' && what !== 'path')
      throw diagnosticsError(unknownName('unknown-command', 'command of `pipeline cache`', what, ['ls', 'path']))
    const folder = cacheFolder({ pipelineFile: pipelineFile(file), flag: flags['cache-dir'], env: process.env })
    if (what === 'path') {
      if (flags.json) printJson({ path: folder.path })
      else print(folder.path)
      return exit.done
    }
    const entries = existsSync(folder.path) ? await list(await openStore(folder, { readOnly: true })) : []
    if (flags.json) for (const entry of entries) printJson(entry)
    else print(...listing(entries, folder.path))
    return exit.done
  },
})

const pipelineFile = (name: string | undefined): string => {
  // Any name in the current folder finds the cache of a pipeline that would lie there.
  if (name === undefined) return join(process.cwd(), 'pipeline.yaml')
  const found = findPipeline(name, process.cwd())
  if ('diagnostic' in found) throw diagnosticsError(found.diagnostic)
  return found.file
}

const listing = (entries: readonly ListedEntry[], folder: string): string[] => {
  if (entries.length === 0) return [`No results in ${folder}`]
  const total = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  const rows = entries.map(entry =>
    entry.damage === undefined
      ? [
          entry.stage,
          size(entry.bytes),
          duration(entry.ms),
          `${duration(Date.now() - Date.parse(entry.used))} ago`,
          entry.pipelines.map(pipeline => basename(pipeline)).join(', '),
          entry.key.slice(0, 12),
        ]
      : ['?', '', '', '', `damaged: ${entry.damage}`, entry.key.slice(0, 12)],
  )
  return [
    ...table([['stage', 'size', 'took', 'used', 'by', 'key'], ...rows], [1, 2, 3]),
    '',
    `${count(entries.length, 'result')}, ${size(total)}, in ${folder}`,
  ]
}
