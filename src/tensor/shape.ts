export type Shape = readonly number[]

/** How many elements a tensor of this shape has. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1)

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis])

/** The shape that NumPy's rules broadcast both to. The caller knows that they fit: TensorFlow.js has checked. */
export const broadcastShapes = (a: Shape, b: Shape): Shape => {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const one = a[axis - rank + a.length] ?? 1
    const other = b[axis - rank + b.length] ?? 1
    return one === 1 ? other : one
  })
}

/** An axis counted from the start. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)
