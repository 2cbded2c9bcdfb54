import type { Graph, Value } from '../graph.ts'

/**
 * Records what one TensorFlow.js kernel does. `inputs` are named as the kernel names them (lists: '0', '1' …), and
 * `attrs` are the kernel's.
 */
export type Lowering = (graph: Graph, inputs: Readonly<Record<string, Value>>, attrs: object) => Value | Value[]

/** Types a lowering by the names of its inputs and its kernel's attributes. */
export const lowering = <Inputs extends string, Attrs extends object = object>(
  lower: (graph: Graph, inputs: Readonly<Record<Inputs, Value>>, attrs: Attrs) => Value | Value[],
): Lowering => lower as Lowering
