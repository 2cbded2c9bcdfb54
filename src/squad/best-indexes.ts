/** The positions of the `count` largest values, largest first; of equal ones the earlier first (a stable sort's order). */
export function bestIndexes(values: Float32Array | Float64Array | readonly number[], count: number): number[] {
  const best: number[] = []
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    if (best.length === count && !(value > values[best[count - 1]!]!)) continue
    let at = best.length
    while (at > 0 && value > values[best[at - 1]!]!) at--
    best.splice(at, 0, index)
    if (best.length > count) best.pop()
  }
  return best
}
