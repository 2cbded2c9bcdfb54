import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { packageRoot } from '../plugin/package-root.ts'
import { programWords } from './called.ts'
import { defineCommand } from './command.ts'
import { editorLine } from './editor-line.ts'
import { exit } from './exit.ts'
import { laidOut, print } from './print.ts'
import { shellWord } from './shell-word.ts'
import { writeNew } from './write-new.ts'

export default defineCommand({
  name: 'init',
  takes: ['[FILE]'],
  flags: ['from-run-qa'],
  about:
    "Writes a pipeline to start from, FILE or pipeline.yaml, with a tiny example to run it on; or one that does what a command line of Hugging Face's run_qa.py or of a run_squad.py does, and says what became of each flag. Writes over nothing.",
  examples: [
    ['pipeline init', 'pipeline.yaml, and an example in ./example'],
    ["pipeline init squad.yaml --from-run-qa 'python run_qa.py --do_train …'", 'what that script would do'],
  ],
  async run({ positionals: [file = 'pipeline.yaml'], flags: { 'from-run-qa': command } }) {
    if (command !== undefined)
      return (await import('./run-qa/write-pipeline.ts')).writePipeline(normalize(file), command)
    const path = normalize(file)
    const example = join(dirname(path), 'example')
    const names = readdirSync(template('example'))
    const text = readFileSync(template('pipeline.yaml'), 'utf8').replaceAll('pipeline.yaml', shellWord(basename(path)))
    writeNew({
      [path]: `${editorLine(path)}${text}`,
      ...Object.fromEntries(names.map(name => [join(example, name), readFileSync(template('example', name))])),
    })
    const run = [...programWords(), 'run', path].map(shellWord).join(' ')
    print(
      ...laidOut([
        [`wrote ${path}`, 'the pipeline: what to change is said in it'],
        [`wrote ${example}`, 'questions and a small model, from nothing, to try it out'],
      ]),
      '',
      'Run it, some seconds:',
      `  ${run}`,
    )
    return exit.done
  },
})

const template = (...path: readonly string[]): string => join(packageRoot(), 'templates', 'pipeline', ...path)
