// Light on purpose: it comes with the stage, which a run with nothing to do loads.
import type { StageCommand } from '../plugin/stage-command.ts'
import { predictFlags, serveFlags } from './predict-flags.ts'

/** The commands that come with the stage `predict`. */
export const answeringCommands: Readonly<Record<string, StageCommand>> = {
  predict: {
    takes: ['MODEL', '[FILE]'],
    fetches: true,
    flags: predictFlags,
    about:
      'Answers a question about a text with a trained model (a folder such as `save` writes, or hf://owner/name, which is fetched), or those of a file: JSON Lines, `{"question": …, "context": …}`, with an `id` if you like. Answers to a file come as JSON Lines in the same order.',
    examples: [
      ['pipeline predict out/squad --question "Who?" --context "Ada wrote it."', 'the answer'],
      ['pipeline predict out/squad --question "Who?" --context-file p.txt --n-best 3', 'the three best answers'],
      ['pipeline predict out/squad questions.jsonl > answers.jsonl', 'many; `-` reads stdin'],
    ],
    run: async context => (await import('./predict-command.ts')).predict(context),
  },
  serve: {
    takes: ['MODEL'],
    fetches: true,
    flags: serveFlags,
    about:
      'Answers questions over HTTP with a trained model (a folder, or hf://owner/name): POST /predict, described by /openapi.json, and a page to try it at `/`. Ctrl-C or SIGTERM stops it when what was asked is answered.',
    examples: [
      ['pipeline serve out/squad', 'http://127.0.0.1:8000/'],
      ['pipeline serve out/squad --port 0 --json', 'on any free port, which is told as JSON'],
    ],
    run: async context => (await import('./serve-command.ts')).serve(context),
  },
}
