import type { datasetOf } from '../squad/dataset.ts'
import { lengthStep, paddedLength } from '../training/batches.ts'
import { LENGTHS } from '../training/logits.ts'
import type { InferResult, RaggedColumn, Standing } from '../training/training.types.ts'

type Rows = ReturnType<typeof datasetOf>

/**
 * Every row's logits, batch by batch: between two batches the model is anybody's. So what is long takes turns with what was
 * asked after it, and is given up within a batch. Rows are taken by length, longest first. A batch is full and of one padded length;
 * what is left over goes row by row. On a CPU padding costs what tokens cost, and company saves next to nothing; and every further
 * size of batch would be another program for each length.
 * @throws as `Standing.infer`
 */
export async function inferInTurns(
  model: Pick<Standing<AbortSignal>, 'infer'>,
  data: Rows,
  batch_size: number,
  signal?: AbortSignal,
): Promise<InferResult> {
  const { offsets } = data.ragged.input_ids
  const length = (row: number) => offsets[row + 1]! - offsets[row]!
  const start = new Float32Array(offsets.at(-1) ?? 0)
  const end = new Float32Array(start.length)
  const order = Int32Array.from({ length: data.rows }, (_, row) => row).sort((a, b) => length(b) - length(a) || a - b)
  const step = lengthStep(data.max_length, LENGTHS)
  const padded = (row: number) => paddedLength(length(row), data.max_length, step)
  for (let at = 0, next = 0; at < order.length; at = next) {
    const most = order.subarray(at, at + batch_size)
    const alike = most.filter(row => padded(row) === padded(most[0]!)).length
    next = at + (alike === batch_size ? batch_size : 1)
    const rows = order.subarray(at, next)
    const logits = await model.infer(pickRows(data, rows), batch_size, signal)
    rows.forEach((row, place) => {
      const [from, to] = [logits.offsets[place], logits.offsets[place + 1]]
      start.set(logits.start.subarray(from, to), offsets[row])
      end.set(logits.end.subarray(from, to), offsets[row])
    })
  }
  return { start, end, offsets }
}

function pickRows(data: Rows, rows: Int32Array): Rows {
  const { input_ids, input_mask, segment_ids } = data.ragged
  return {
    ...data,
    rows: rows.length,
    ragged: {
      input_ids: pick(input_ids, rows),
      input_mask: pick(input_mask, rows),
      segment_ids: pick(segment_ids, rows),
    },
    names: [...rows].map(row => data.names[data.name_of_row[row]!]!),
    name_of_row: rows.map((_, place) => place),
  }
}

function pick<Column extends RaggedColumn>(column: Column, rows: Int32Array): Column {
  const offsets = new Int32Array(rows.length + 1)
  rows.forEach((row, place) => {
    offsets[place + 1] = offsets[place]! + column.offsets[row + 1]! - column.offsets[row]!
  })
  const Values = column.values.constructor as new (length: number) => Column['values']
  const values = new Values(offsets[rows.length]!)
  rows.forEach((row, place) => {
    values.set(column.values.subarray(column.offsets[row], column.offsets[row + 1]), offsets[place])
  })
  return { ...column, values, offsets }
}
