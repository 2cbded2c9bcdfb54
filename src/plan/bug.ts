import { type Context, fail } from './context.ts'

/** Reports that a part of a stage (`` `check` ``) threw something that it did not foresee. */
export const reportBug = (context: Context, stage: string, part: string, error: unknown): void => {
  const { message = String(error), stack = '' } = (error ?? {}) as Partial<Error>
  const thrown = stack.split('\n').find(line => /^\s+at /.test(line))
  fail(
    context,
    'stage-bug',
    `The ${part} of stage \`${stage}\` failed: ${message}. This is a mistake in the stage, not in the pipeline.`,
    context.document.locate(['stages', stage], 'key'),
    { hint: thrown === undefined ? undefined : `It was thrown ${thrown.trim()}.` },
  )
}
