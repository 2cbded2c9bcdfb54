import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { builtins } from '../library/builtins.ts'
import { stageResolver } from '../plugin/resolve.ts'
import type { AnyStage } from '../plugin/stage.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { laidOut, print, printJson } from './print.ts'
import { portsOf, stageText } from './stage-text.ts'

export default defineCommand({
  name: 'stages',
  takes: ['[STAGE]'],
  flags: ['json'],
  about:
    'Lists the built-in stages, or shows what one takes, needs and makes, with an example: a built-in one, a file (`./x.ts`), or one from a package (`package/stage`).',
  examples: [
    ['pipeline stages', 'list them'],
    ['pipeline stages train', 'the parameters of `train`, its inputs and outputs'],
    ['pipeline stages ./drop-short.ts', 'those of a stage of your own'],
  ],
  async run({ positionals: [name], flags: { json } }) {
    const resolver = stageResolver({ builtins })
    const all = [...(await resolver.builtins()).values()]
    if (name === undefined) {
      if (json) for (const stage of all) printJson(stageJson(stage))
      else print(...laidOut(all.map(stage => [stage.name, stage.summary])))
      return exit.done
    }
    const found = await resolver.resolve(name, process.cwd())
    if (!found.ok) {
      const { ok, ...diagnostic } = found
      throw diagnosticsError({ severity: 'error', ...diagnostic })
    }
    if (json) printJson(stageJson(found.definition))
    else print(...stageText(name, found.definition, all))
    return exit.done
  },
})

const stageJson = ({ name, version, summary, config, inputs = {}, outputs = {} }: AnyStage): object => ({
  name,
  version,
  summary,
  inputs: portsOf(inputs),
  outputs: portsOf(outputs),
  config,
})
