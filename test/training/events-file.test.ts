import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openEventsFile } from '../../src/training/events-file.ts'

// What TensorBoard 2.21's own writer (RecordWriter) makes of the same three events: the version, the start after step 40, and
// two values of step 300.
const golden = Buffer.from(
  [
    'GAAAAAAAAACjf0siCQAAEGAh3dlBGg1icmFpbi5FdmVudDoymPfSJw8AAAAAAAAAbVMrCQkAABBgId3ZQRApOgIIAb+M9ag9AAAAAAAAAGBJ8ewJAAAQ',
    'YCHd2UEQrAIqLwoRCgp0cmFpbi9sb3NzFQAAoD8KGgoTdHJhaW4vbGVhcm5pbmdfcmF0ZRUXt1E4X5iMIA==',
  ].join(''),
  'base64',
)

it("writes the bytes of TensorBoard's own writer, each event at once", () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-events-'))
  const now = () => 1735689600250
  const first = openEventsFile(folder, 40, now)
  const [name] = readdirSync(folder)
  const read = () => readFileSync(join(folder, name!))
  expect(name).toMatch(/^events\.out\.tfevents\.1735689600\..+\.\d+\.\d+$/)
  expect(read()).toEqual(golden.subarray(0, 71))
  first.scalars(300, { 'train/loss': 1.25, 'train/learning_rate': 5e-5 })
  expect(read()).toEqual(golden)
  openEventsFile(folder, undefined, now).close()
  expect(readdirSync(folder)).toHaveLength(2)
  first.close()
  rmSync(folder, { recursive: true })
})
