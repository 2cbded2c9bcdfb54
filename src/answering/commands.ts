// Light on purpose: it comes with the stage, which a run with nothing to do loads.
import type { StageCommand } from '../plugin/stage-command.ts'
import { predictFlags } from './predict-flags.ts'

/** The commands that come with the stage `predict`. */
export const answeringCommands: Readonly<Record<string, StageCommand>> = {
  predict: {
    takes: ['MODEL', '[FILE]'],
    flags: predictFlags,
    about:
      'Answers a question about a text with a trained model (a folder such as `save` writes), or those of a file: JSON Lines, `{"question": …, "context": …}`, with an `id` if you like. Answers to a file come as JSON Lines in the same order.',
    examples: [
      ['pipeline predict out/squad --question "Who?" --context "Ada wrote it."', 'the answer'],
      ['pipeline predict out/squad --question "Who?" --context-file page.txt --n-best 3', 'the three best answers'],
      ['pipeline predict out/squad questions.jsonl > answers.jsonl', 'many; `-` reads stdin'],
    ],
    run: async context => (await import('./predict-command.ts')).predict(context),
  },
}
