/** The name of the checkpoint after a step, as in `transformers`. */
export const nameOf = (step: number): string => `checkpoint-${step}`

/** The step of a checkpoint, by its name; `undefined` for any other name. */
export function stepOf(name: string): number | undefined {
  const digits = /^checkpoint-(\d+)$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
