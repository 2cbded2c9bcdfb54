import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { stepOf } from './checkpoint-name.ts'
import { type EventsFile, openEventsFile } from './events-file.ts'

/** What people look at while a training runs, and afterwards: its curves, and links to its checkpoints. */
export interface RunFolder {
  readonly path: string
  readonly events: EventsFile
  /** Links a checkpoint's files here, and removes the links to those that are no longer kept. */
  link(checkpoint: string): void
}

/** Names the run folder of an interrupted training, so that the next run goes on in it. */
const NOTE = 'run.json'

/**
 * The folder of a run, `logging_dir/<start time>`.
 * @param scratch kept from an interrupted run
 * @param from the step after which a run goes on, if it does
 */
export function openRunFolder(loggingDir: string, scratch: string, from?: number, now = new Date()): RunFolder {
  const note = join(scratch, NOTE)
  const path = (from !== undefined && interrupted(note)) || newFolder(loggingDir, startTime(now))
  writeFileSync(note, JSON.stringify({ path }))
  return {
    path,
    events: openEventsFile(path, from),
    link(checkpoint) {
      linkFolder(checkpoint, join(path, basename(checkpoint)))
      const kept = new Set(readdirSync(join(checkpoint, '..')))
      for (const name of readdirSync(path))
        if (stepOf(name) !== undefined && !kept.has(name)) rmSync(join(path, name), { recursive: true, force: true })
    },
  }
}

function interrupted(note: string): string | undefined {
  if (!existsSync(note)) return undefined
  const { path } = JSON.parse(readFileSync(note, 'utf8'))
  return existsSync(path) ? path : undefined
}

/** A folder of this name, or with a number behind it where another run began in the same second. */
function newFolder(parent: string, name: string): string {
  mkdirSync(parent, { recursive: true })
  for (let attempt = 1; ; attempt++) {
    const path = join(parent, attempt === 1 ? name : `${name}-${attempt}`)
    try {
      mkdirSync(path)
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** `2026-01-31T09-05-00`, in local time, which sorts and which every file system takes. */
const startTime = (now: Date): string => {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19).replaceAll(':', '-')
}

/** What a file system says that cannot link these files. */
const UNLINKABLE = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'])

/** Links each file, so that it outlives the checkpoint's folder; where that cannot be done, a link to the folder has to do. */
function linkFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true })
  try {
    mkdirSync(to)
    for (const name of readdirSync(from)) linkSync(join(from, name), join(to, name))
  } catch (error) {
    if (!UNLINKABLE.has((error as NodeJS.ErrnoException).code!)) throw error
    rmSync(to, { recursive: true, force: true })
    symlinkSync(from, to)
  }
}
