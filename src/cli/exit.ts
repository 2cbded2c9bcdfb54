/** What the exit code of the command says. */
export const exit = {
  done: 0,
  /** A stage failed, or what was asked for is not there. */
  failed: 1,
  /** The command line or the pipeline is wrong. */
  wrong: 2,
  /** `plan --exit-code`: something would run. */
  wouldRun: 3,
  interrupted: 130,
} as const

export type ExitCode = (typeof exit)[keyof typeof exit]
