export interface Flag {
  readonly type: 'boolean' | 'string'
  readonly multiple?: true
  /** What stands for its value in help. */
  readonly value?: string
  readonly about: string
}

/** Every flag of every command; a command names those that it takes. */
export const flags = {
  json: { type: 'boolean', about: 'print JSON on stdout, for programs' },
  set: {
    type: 'string',
    multiple: true,
    value: 'PATH=VALUE',
    about: 'change a value: `--set stages.train.with.learning_rate=3e-5`, `--set vars.model=./bert` (repeatable)',
  },
  profile: { type: 'string', value: 'NAME', about: "use one of the file's `profiles`" },
  from: { type: 'string', value: 'STAGE', about: 'start at this stage; what it needs must be in the cache' },
  until: { type: 'string', value: 'STAGE', about: 'stop after this stage and what it needs' },
  only: { type: 'string', value: 'STAGE', about: 'run this stage alone; what it needs must be in the cache' },
  force: {
    type: 'string',
    multiple: true,
    value: 'STAGE',
    about: 'run this stage even if nothing changed (repeatable)',
  },
  'keep-going': { type: 'boolean', about: 'after a failure, go on with the stages that do not need the failed one' },
  jobs: {
    type: 'string',
    value: 'N',
    about: 'run up to N stages side by side, on N cores together (as many as there are cores)',
  },
  rehash: {
    type: 'boolean',
    about: 'read every outside file again; `run` also asks whether what was fetched has changed',
  },
  'cache-dir': { type: 'string', value: 'FOLDER', about: 'keep results in this folder' },
  'exit-code': { type: 'boolean', about: 'exit with 3 if something would run' },
  format: { type: 'string', value: 'jsonl|text', about: 'a JSON record a line (default), or text to read' },
  sort: {
    type: 'string',
    value: 'size|used|stage',
    about: '`ls`: the largest first (default), or the least recently used',
  },
  'older-than': { type: 'string', value: 'AGE', about: '`gc`: remove what no run has used for so long, as 30d or 12h' },
  'max-size': {
    type: 'string',
    value: 'SIZE',
    about: '`gc`: remove the least recently used until no more is left, as 20GB',
  },
  'dry-run': { type: 'boolean', about: '`gc`: say what would be removed, and remove nothing' },
  remove: { type: 'boolean', about: '`verify`: remove what is damaged' },
  show: { type: 'string', value: 'config', about: "each stage's whole configuration, and where each value comes from" },
  'from-run-qa': {
    type: 'string',
    value: 'COMMAND',
    about: 'a command line of run_qa.py or run_squad.py, quoted as one word; `-` reads it from stdin',
  },
  'mean-over': {
    type: 'string',
    value: 'AXIS|none',
    about: 'average the results of a matrix over this axis (that of the seed)',
  },
  csv: { type: 'string', value: 'FILE', about: 'write the table of a matrix to this file as well' },
  html: {
    type: 'string',
    value: 'FILE',
    about: 'write what is compared as a page as well, with each question that flipped',
  },
  help: { type: 'boolean', about: 'show this help' },
} as const satisfies Readonly<Record<string, Flag>>

export type FlagName = keyof typeof flags

/** The flags that were given, by name. */
export type Flags = {
  readonly [N in FlagName]?: (typeof flags)[N] extends { multiple: true }
    ? readonly string[]
    : (typeof flags)[N]['type'] extends 'boolean'
      ? boolean
      : string
}
