import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, resolve } from 'node:path'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { builtins } from '../library/builtins.ts'
import { installedPackage, packageRoot } from '../plugin/package-root.ts'
import { unknownPart } from './arguments.ts'
import { programWords } from './called.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { folded, laidOut, print } from './print.ts'
import { shellWord } from './shell-word.ts'
import { stageNameMistake } from './stage-name.ts'
import { writeNew } from './write-new.ts'

export default defineCommand({
  name: 'new',
  takes: ['stage', 'NAME', '[FOLDER]'],
  flags: [],
  about:
    'Writes a stage of your own that works, and its test, into FOLDER or the current one; says how to use and test it. Writes over nothing.',
  examples: [
    ['pipeline new stage drop-short', 'drop-short.ts and drop-short.test.ts, here'],
    ['pipeline new stage drop-short stages', 'the same in the folder `stages`'],
  ],
  async run({ positionals: [what = '', name = '', folder = '.'] }) {
    if (what !== 'stage') throw diagnosticsError(unknownPart('new', what, ['stage']))
    const wrong = stageNameMistake(name, Object.keys(builtins))
    if (wrong) throw diagnosticsError(wrong)
    const stage = normalize(join(folder, `${name}.ts`))
    const test = normalize(join(folder, `${name}.test.ts`))
    const template = (file: string) =>
      readFileSync(join(packageRoot(), 'templates', 'stage', file), 'utf8').replaceAll('my-stage', name)
    writeNew({ [stage]: template('my-stage.ts'), [test]: template('my-stage.test.ts') })
    print(...wordsOf(name, stage, test))
    return exit.done
  },
})

const wordsOf = (name: string, stage: string, test: string): string[] => {
  const uses = stage.startsWith('..') ? stage : `./${stage}`
  const called = programWords().join(' ')
  return [
    ...laidOut([
      [`wrote ${stage}`, 'the stage: it drops short questions until you have it do something else'],
      [`wrote ${test}`, 'its test'],
    ]),
    '',
    ...folded('In a pipeline of this folder, below `stages:`, behind the stage whose questions it is to take:'),
    `  ${name}: { uses: ${uses}, with: { min_words: 3 } }`,
    '',
    'Test it:',
    ...(isInstalled(dirname(resolve(stage))) ? [] : [`  ${install}`]),
    `  node --import sluice/register --test ${shellWord(test)}`,
    '',
    'What it takes, as others see it:',
    `  ${called} stages ${shellWord(uses)}`,
    '',
    ...folded(
      'For an editor to know its parameters, write a schema with the stages that your pipeline uses, and name it in its first line:',
    ),
    `  ${called} schema my.yaml > my.schema.json`,
    '  # yaml-language-server: $schema=./my.schema.json',
  ]
}

const install = 'npm install --save-dev sluice --onnxruntime-node-install=skip'

/** Whether Node finds this package from a folder: installed, or as the package that the folder is part of. */
const isInstalled = (folder: string): boolean =>
  installedPackage('sluice', folder) !== undefined ||
  (!relative(packageRoot(), folder).startsWith('..') && existsSync(join(packageRoot(), 'package.json')))
