/**
 * The newest so many, of which the best is one: where it is older than those, it takes the place of the oldest. The newest
 * stays in any case, because training goes on from it.
 */
export function toKeep(newestFirst: readonly string[], limit: number, best: string | undefined): ReadonlySet<string> {
  const newest = newestFirst.slice(0, limit)
  if (best === undefined || newest.includes(best)) return new Set(newest)
  return new Set([...newest.slice(0, Math.max(1, limit - 1)), best])
}

/** How many are kept at the most: with a limit of 1, the best one beside the newest. */
export const mostKept = (limit: number, evaluates: boolean): number => Math.max(limit, evaluates ? 2 : 1)
