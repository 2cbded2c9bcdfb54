export interface OwnStdout {
  readonly out: NodeJS.WriteStream
  release(): void
}

/**
 * For `--json`: stdout for the report alone. What anything else in this process prints there, such as a stage's
 * `console.log`, goes to stderr until the release, so that every line of stdout is JSON.
 */
export const ownStdout = (): OwnStdout => {
  const { stdout, stderr } = process
  const { write } = stdout
  stdout.write = stderr.write.bind(stderr)
  const out: NodeJS.WriteStream = Object.create(stdout, { write: { value: write.bind(stdout) } })
  return {
    out,
    release() {
      stdout.write = write
    },
  }
}
