import type { AdamWNumbers, FlatKernel } from './flat-optimizer.ts'

const f32 = Math.fround

/** The arrays as ordinary ones, for networks that one WebAssembly memory cannot hold. Rounds where adamw.wat rounds. */
export function inJavaScript(size: number): FlatKernel {
  const [params, grads, m, v] = [0, 1, 2, 3].map(() => new Float32Array(size)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  return {
    params,
    grads,
    m,
    v,
    sumOfSquares: () => sumOfSquares(grads),
    update: (offset, length, numbers) => update(params, grads, m, v, offset, offset + length, numbers),
  }
}

/** Four sums, added up as the lanes of adamw.wat are. */
function sumOfSquares(x: Float32Array): number {
  const blocks = x.length - (x.length % 4)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i < blocks; i += 4) {
    a += x[i]! * x[i]!
    b += x[i + 1]! * x[i + 1]!
    c += x[i + 2]! * x[i + 2]!
    d += x[i + 3]! * x[i + 3]!
  }
  let sum = a + c + (b + d)
  for (let i = blocks; i < x.length; i++) sum += x[i]! * x[i]!
  return sum
}

function update(
  params: Float32Array,
  grads: Float32Array,
  m: Float32Array,
  v: Float32Array,
  from: number,
  to: number,
  numbers: AdamWNumbers,
) {
  const scale = f32(numbers.scale)
  const new1 = f32(numbers.new1)
  const beta2 = f32(numbers.beta2)
  const new2 = f32(numbers.new2)
  const keep = f32(numbers.keep)
  const rate = f32(numbers.rate)
  const root = f32(numbers.root)
  const eps = f32(numbers.eps)
  for (let i = from; i < to; i++) {
    const g = f32(grads[i]! * scale)
    const mi = f32(m[i]! + f32(f32(g - m[i]!) * new1))
    const vi = f32(f32(v[i]! * beta2) + f32(f32(g * g) * new2))
    m[i] = mi
    v[i] = vi
    params[i] = f32(f32(params[i]! * keep) - f32(rate * f32(mi / f32(f32(f32(Math.sqrt(vi)) * root) + eps))))
  }
}
