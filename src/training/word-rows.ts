/** The rows of a table `[…, width]` that these ids name, one after the other. */
export function lookUp(table: Float32Array, width: number, ids: Int32Array): Float32Array {
  const rows = new Float32Array(ids.length * width)
  ids.forEach((id, at) => {
    rows.set(table.subarray(id * width, (id + 1) * width), at * width)
  })
  return rows
}

/**
 * The gradient of `lookUp`: adds each row to that of its id. The row `padding` gets none, as in
 * `torch.nn.Embedding(padding_idx)`.
 */
export function addRows(
  table: Float32Array,
  width: number,
  ids: Int32Array,
  rows: Float32Array,
  padding?: number,
): void {
  for (let at = 0; at < ids.length; at++) {
    if (ids[at] === padding) continue
    const to = ids[at]! * width
    const from = at * width
    for (let i = 0; i < width; i++) table[to + i]! += rows[from + i]!
  }
}
