// What a process of its own runs to find out whether an engine works: it opens it, computes a little, says how it went, and ends.
import { openBackend } from './backend.ts'
import type { ChosenEngine } from './backend.types.ts'
import { dropout } from './ops/dropout.ts'
import { isTensorError, type TensorProblem } from './tensor-error.ts'
import * as tf from './tf.ts'

/** What the process says. */
export type TrialMessage = { readonly description: string } | { readonly problem: TensorProblem }

const tryEngine = async (chosen: ChosenEngine): Promise<TrialMessage> => {
  const { backend } = await openBackend(chosen)
  const program = await backend.compile(
    ({ x, seed }) => ({ y: tf.matMul(dropout(x!, 0.5, seed!, 0), x!, false, true) }),
    { x: { shape: [2, 2], dtype: 'float32' }, seed: { shape: [1], dtype: 'int32' } },
  )
  const { y } = await program.run({ x: Float32Array.of(1, 2, 3, 4), seed: Int32Array.of(3) })
  // This seed drops 2 and 3 and doubles 1 and 4.
  const [found, expected] = [[...y!].join(' '), '2 6 16 32']
  if (found !== expected) throw new Error(`it computed ${found} in place of ${expected}`)
  return { description: backend.description }
}

const message = await tryEngine(JSON.parse(process.argv[2]!)).catch((error: unknown): TrialMessage => {
  if (isTensorError(error)) return { problem: error.problem }
  throw error
})
// Native libraries may keep threads of their own, which would keep the process.
process.send!(message, () => process.exit())
