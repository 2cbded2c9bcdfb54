/** Groups in the order in which each first occurs. (`Map.groupBy`, which Node 20 does not have.) */
export const groupBy = <T>(all: readonly T[], nameOf: (each: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>()
  for (const each of all) {
    const group = groups.get(nameOf(each))
    if (group) group.push(each)
    else groups.set(nameOf(each), [each])
  }
  return groups
}
