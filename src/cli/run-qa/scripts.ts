import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { mistake } from '../arguments.ts'
import type { CommandLine } from './command-line.ts'
import type { Rules, Settings } from './rule.ts'
import { runQa } from './run-qa.ts'
import { bertFixed, bertRunSquad, hfFixed, hfRunSquad } from './run-squad.ts'

/** A training script whose command lines are understood. */
export interface Script {
  readonly name: string
  readonly rules: Rules
  /** What it does that no flag says. */
  readonly fixed: Settings
  /** The flag that has it predict. */
  readonly predicts: string
  /** The flags that give a model, data to train on, and data to predict on. */
  readonly needs: Readonly<Record<'model' | 'train' | 'dev', readonly string[]>>
}

const scripts = {
  runQa: {
    name: 'run_qa.py',
    rules: runQa,
    fixed: {},
    predicts: 'do_eval',
    needs: {
      model: ['--model_name_or_path'],
      train: ['--train_file', '--dataset_name'],
      dev: ['--validation_file', '--dataset_name'],
    },
  },
  hfRunSquad: {
    name: 'run_squad.py (transformers)',
    rules: hfRunSquad,
    fixed: hfFixed,
    predicts: 'do_eval',
    needs: { model: ['--model_name_or_path'], train: ['--train_file'], dev: ['--predict_file'] },
  },
  bertRunSquad: {
    name: 'run_squad.py (google-research/bert)',
    rules: bertRunSquad,
    fixed: bertFixed,
    predicts: 'do_predict',
    needs: { model: ['--init_checkpoint'], train: ['--train_file'], dev: ['--predict_file'] },
  },
} as const satisfies Readonly<Record<string, Script>>

/**
 * What tells scripts of the name run_squad.py apart: flags that one alone has. The commands in the README of transformers' own
 * (examples/legacy/question-answering) are run_qa.py's, by that script's former name.
 */
const ofAlone: readonly { readonly flag: RegExp; readonly script: Script }[] = [
  { flag: /^(bert_config_file|init_checkpoint|vocab_file)$/, script: scripts.bertRunSquad },
  { flag: /^(dataset_name|validation_file|per_device_.*)$/, script: scripts.runQa },
]

/** The script that a command line runs. */
export const scriptOf = ({ script, flags }: CommandLine): Script | { readonly mistake: Diagnostic } => {
  if (script === 'run_qa.py') return scripts.runQa
  if (script === 'run_squad.py')
    return (ofAlone.find(({ flag }) => flags.some(({ name }) => flag.test(name))) ?? { script: scripts.hfRunSquad })
      .script
  return {
    mistake: mistake(
      'other-script',
      `Expected run_qa.py or run_squad.py; found \`${script}\`, whose flags mean other things.`,
      'Start with `pipeline init`, and set the parameters by their names: `pipeline stages train`.',
    ),
  }
}
