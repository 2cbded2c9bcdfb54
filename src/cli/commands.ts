import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { nearest } from '../diagnostic/nearest.ts'
import { mistake } from './arguments.ts'
import type { Command } from './command.ts'

interface Entry {
  readonly summary: string
  load(): Promise<{ readonly default: Command }>
}

/** The commands, in the order of help. Each is loaded only when it is called. */
export const commands: Readonly<Record<string, Entry>> = {
  run: { summary: 'Run a pipeline; only what changed is done again.', load: () => import('./run.ts') },
  validate: { summary: 'Check a pipeline file and run nothing.', load: () => import('./validate.ts') },
  plan: { summary: 'Show what a run would do.', load: () => import('./plan.ts') },
  graph: { summary: 'Show how the stages are connected.', load: () => import('./graph.ts') },
  explain: { summary: 'Show why each stage would run, or not.', load: () => import('./explain.ts') },
  cat: { summary: "Print a stage's result from the cache.", load: () => import('./cat.ts') },
  trace: {
    summary: "Show one question's whole way, from text to score.",
    load: async () => (await import('./stage-command.ts')).stageCommand('trace', 'read'),
  },
  compare: {
    summary: 'Compare two runs: parameters, numbers, time, flipped answers.',
    load: () => import('./compare.ts'),
  },
  cache: { summary: 'List, clear or check what the cache holds.', load: () => import('./cache.ts') },
  stages: { summary: "List the built-in stages, or show a stage's parameters.", load: () => import('./stages.ts') },
  new: { summary: 'Write a stage of your own, with its test.', load: () => import('./new.ts') },
  init: { summary: 'Write a pipeline to start from.', load: () => import('./init.ts') },
  schema: { summary: "Print a pipeline's schema, for editors.", load: () => import('./schema.ts') },
  predict: {
    summary: 'Answer questions with a trained model.',
    load: async () => (await import('./stage-command.ts')).stageCommand('predict', 'predict'),
  },
  serve: {
    summary: 'Answer questions over HTTP with a trained model.',
    load: async () => (await import('./stage-command.ts')).stageCommand('serve', 'predict'),
  },
  engines: {
    summary: 'List what can compute here, and what `engine: auto` takes.',
    load: async () => (await import('./stage-command.ts')).stageCommand('engines', 'train'),
  },
  help: { summary: 'Show help for a command.', load: () => import('./help.ts') },
}

/** The command of this name; throws where there is none. */
export const findCommand = async (name: string): Promise<Command> => {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!entry) throw diagnosticsError(unknownCommand(name))
  return (await entry.load()).default
}

const unknownCommand = (name: string): Diagnostic => {
  const near = nearest(name, [...Object.keys(commands), '--version'])
  const hint = near === undefined ? '`pipeline help` lists the commands.' : `Did you mean \`${near}\`?`
  if (!name.startsWith('-')) return mistake('unknown-command', `There is no command \`${name}\`.`, hint)
  return mistake('unknown-flag', `The command comes first; found the flag \`${name}\`.`, hint)
}
