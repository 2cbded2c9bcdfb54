// TensorBoard's event files: records of TensorFlow's `Event` message (event.proto), framed as TFRecords.
import { closeSync, openSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { buf as crc32c } from 'crc-32/crc32c.js'
import { PbfWriter } from 'pbf'

/** An open event file. Every event is in the file when the call returns. */
export interface EventsFile {
  /** Points of curves: their values by tag, at a step. */
  scalars(step: number, values: Readonly<Record<string, number>>): void
  close(): void
}

/** Fields of event.proto and summary.proto. */
const event = { wall_time: 1, step: 2, file_version: 3, summary: 5, session_log: 7 }
const summary = { value: 1 }
const value = { tag: 1, simple_value: 2 }
const session = { status: 1, START: 1 }

/**
 * Opens a new event file in a folder.
 * @param from the step after which a run goes on: TensorBoard then forgets later points of earlier files in that folder
 */
export function openEventsFile(folder: string, from?: number, now: () => number = Date.now): EventsFile {
  const seconds = () => now() / 1000
  const name = `events.out.tfevents.${Math.floor(seconds())}.${hostname()}.${process.pid}.${serial++}`
  const file = openSync(join(folder, name), 'wx')
  const write = (fill: (writer: PbfWriter) => void) => {
    const writer = new PbfWriter()
    writer.writeDoubleField(event.wall_time, seconds())
    fill(writer)
    writeSync(file, record(writer.finish()))
  }
  write(writer => writer.writeStringField(event.file_version, 'brain.Event:2'))
  if (from !== undefined)
    write(writer => {
      writer.writeVarintField(event.step, from + 1)
      writer.writeMessage(event.session_log, (_, log) => log.writeVarintField(session.status, session.START), {})
    })
  return {
    scalars(step, values) {
      write(writer => {
        writer.writeVarintField(event.step, step)
        writer.writeMessage(event.summary, writeSummary, values)
      })
    },
    close: () => closeSync(file),
  }
}

/** Sets files apart that one process makes within a second. */
let serial = 0

function writeSummary(values: Readonly<Record<string, number>>, writer: PbfWriter) {
  for (const point of Object.entries(values)) writer.writeMessage(summary.value, writeValue, point)
}

function writeValue([tag, number]: readonly [string, number], writer: PbfWriter) {
  writer.writeStringField(value.tag, tag)
  writer.writeFloatField(value.simple_value, number)
}

/** A TFRecord: length, its checksum, the bytes, their checksum; all little-endian. */
function record(bytes: Uint8Array): Buffer {
  const framed = Buffer.alloc(12 + bytes.length + 4)
  framed.writeBigUInt64LE(BigInt(bytes.length))
  framed.writeUInt32LE(masked(framed.subarray(0, 8)), 8)
  framed.set(bytes, 12)
  framed.writeUInt32LE(masked(bytes), 12 + bytes.length)
  return framed
}

/** CRC-32C, rotated and shifted by a constant: checksums of checksums would be weak otherwise. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes) >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
