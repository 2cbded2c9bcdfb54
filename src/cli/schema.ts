import { loadPipeline } from '../config/load.ts'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { builtins } from '../library/builtins.ts'
import { pipelineSchema } from '../plugin/pipeline-schema.ts'
import { stageResolver } from '../plugin/resolve.ts'
import type { AnyStage } from '../plugin/stage.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { print, printDiagnostics } from './print.ts'

export default defineCommand({
  name: 'schema',
  takes: ['FILE'],
  flags: [],
  about:
    'Prints the JSON Schema of a pipeline, for editors: as `schemas/pipeline.schema.json`, and with the stages of files and packages that FILE uses.',
  examples: [
    [
      'pipeline schema my.yaml > my.schema.json',
      'for an editor, which finds it by the first line of my.yaml: `# yaml-language-server: $schema=./my.schema.json`',
    ],
  ],
  async run({ positionals: [file = ''] }) {
    const { env } = process
    const { document, diagnostics } = loadPipeline({ file, overrides: [], env, cwd: process.cwd() })
    if (!document) throw diagnosticsError(...diagnostics)
    const resolver = stageResolver({ builtins })
    const known = await resolver.builtins()
    const others = new Map<string, AnyStage>()
    let missing = false
    for (const { name, uses } of document.stages) {
      if (known.has(uses)) continue
      const path = ['stages', name, 'uses']
      const found = await resolver.resolve(uses, document.folder(path))
      if (found.ok) {
        others.set(uses, found.definition)
        continue
      }
      missing = true
      const { ok, ...diagnostic } = found
      printDiagnostics([{ severity: 'error', ...diagnostic, range: document.locate(path) }])
    }
    if (missing) return exit.wrong
    print(JSON.stringify(pipelineSchema(known, others), null, 2))
    return exit.done
  },
})
