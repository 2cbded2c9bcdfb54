// A folder that a stage writes a model into: whole or not at all, and never over what is not its own.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { firstFew } from '../plugin/few.ts'
import type { CheckContext, Probe, Problem } from '../plugin/stage.ts'
import { stageError } from '../plugin/stage-error.ts'
import { flush } from './flush.ts'

/** What a stage writes into a folder. */
export interface OutputForm {
  /** The file that lists the others with their digests: a folder that holds it is one of ours. */
  readonly mark: string
  /** The others, relative to the folder. */
  readonly names: readonly string[]
}

/** The content of each file, or what writes it. */
export type OutputFiles = Readonly<Record<string, string | Uint8Array | ((path: string) => Promise<void>)>>

/**
 * The folder in which the files stand until all are whole. It is in the output folder, because the one above may be on
 * another disk, where renaming is not one step, or may not be ours to write to.
 */
const PARTIAL = '.sluice-partial'
const partial = (folder: string) => join(folder, PARTIAL)

interface Asked {
  readonly output_dir: string
  readonly overwrite_output_dir: boolean
}

/** Why the files cannot go into this folder, found before anything runs. */
export function checkOutputFolder(
  { output_dir, overwrite_output_dir }: Asked,
  { probe, forbidden }: Pick<CheckContext<never, never>, 'probe' | 'forbidden'>,
  form: OutputForm,
): Problem[] {
  const problem = (code: string, message: string, hint: string): Problem[] => [
    { code, at: '/output_dir', message, hint },
  ]
  const own = forbidden.find(
    ({ path }) => path === output_dir || (probe.kind(path) === 'file' && dirname(path) === output_dir),
  )
  if (own)
    return problem(
      'output-forbidden',
      `A model cannot be saved into ${output_dir}: ${own.path === output_dir ? own.why : `${own.path} is in it, and ${own.why.replace(/ it$/, ' that file')}`}.`,
      'Name a folder of its own.',
    )
  const kind = probe.kind(output_dir)
  if (kind === 'file' || kind === 'other')
    return problem('output-not-a-folder', `Expected a folder; ${output_dir} is a file.`, 'Name a folder of its own.')
  const unfinished = partial(output_dir)
  if (probe.kind(unfinished) !== 'absent' && !isUnfinished(unfinished, form, probe))
    return problem(
      'output-not-empty',
      `Expected to find nothing at ${unfinished}, or what an interrupted run left; found something else.`,
      'Move it away: files wait there until all of them are whole.',
    )
  const names = probe.list(output_dir).filter(name => name !== PARTIAL)
  const ours = [output_dir, unfinished].some(folder => isOurs(folder, form, probe))
  if (names.length === 0 || overwrite_output_dir || ours) return []
  return problem(
    'output-not-empty',
    `Expected an empty folder, or one that this stage wrote; ${output_dir} holds ${firstFew(names)}.`,
    'Name another folder, or set `overwrite_output_dir: true`: the files of a model are then replaced, others stay.',
  )
}

/**
 * Writes the files, and the mark with `record` in it, one of the names of which is `files`. They are whole, and with the
 * disk, before the first takes its place; the mark comes last: until then the folder is what it was before, or visibly
 * unfinished.
 * @param files made only when the folder has been found to be writable
 * @returns the paths of all of them
 * @throws stageError `output-not-writable`
 */
export async function writeOutputFolder(
  output_dir: string,
  files: () => OutputFiles | Promise<OutputFiles>,
  { mark }: Pick<OutputForm, 'mark'>,
  record: Readonly<Record<string, unknown>> = {},
): Promise<string[]> {
  try {
    const names = await stage(output_dir, files, mark, record)
    for (const name of names) {
      if (dirname(name) !== '.') await mkdir(join(output_dir, dirname(name)), { recursive: true })
      await rename(join(partial(output_dir), name), join(output_dir, name))
    }
    await flush(output_dir)
    await rm(partial(output_dir), { recursive: true })
    return names.map(name => join(output_dir, name))
  } catch (error) {
    throw unwritable(error, output_dir)
  }
}

/** Writes all files where they wait for each other, and waits until the disk has them. Returns their names, the mark last. */
async function stage(
  output_dir: string,
  make: () => OutputFiles | Promise<OutputFiles>,
  mark: string,
  record: object,
): Promise<string[]> {
  const folder = partial(output_dir)
  await mkdir(folder, { recursive: true })
  // The mark of an interrupted run stays until a new one takes its place: the output folder may have none any more, and
  // without either nobody would know it for ours.
  for (const name of await readdir(folder)) if (name !== mark) await rm(join(folder, name), { recursive: true })
  const contents = await make()
  const names = Object.keys(contents).sort()
  const files: Record<string, { bytes: number; sha256: string }> = {}
  for (const name of names) {
    const path = join(folder, name)
    const content = contents[name]!
    await mkdir(dirname(path), { recursive: true })
    if (typeof content === 'function') await content(path)
    else await writeFile(path, content)
    await flush(path)
    files[name] = { bytes: (await stat(path)).size, sha256: await digest(path) }
  }
  const prepared = join(folder, `${mark}.new`)
  await writeFile(prepared, `${JSON.stringify({ ...record, files }, null, 2)}\n`)
  await flush(prepared)
  await rename(prepared, join(folder, mark))
  await flush(folder)
  return [...names, mark]
}

/** Whether a folder holds nothing but files that the stage was making. */
function isUnfinished(folder: string, { mark, names }: OutputForm, probe: Probe): boolean {
  const ours = new Set([...names.map(name => name.split('/')[0]), mark, `${mark}.new`])
  return probe.kind(folder) === 'folder' && probe.list(folder).every(name => ours.has(name))
}

function isOurs(folder: string, { mark }: OutputForm, probe: Probe): boolean {
  try {
    const listed: unknown = JSON.parse(probe.text(join(folder, mark)) ?? 'null')
    return typeof listed === 'object' && listed !== null && 'files' in listed
  } catch {
    return false
  }
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** What a file system says where something cannot be written, in words. */
export const writeRefusals: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written to',
  EDQUOT: 'the disk quota is used up',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EPERM: 'it may not be written to',
  EROFS: 'it is on a read-only disk',
}

/** What a file system refuses is the user's to mend; anything else is passed on. */
function unwritable(error: unknown, folder: string): unknown {
  const reason = writeRefusals[(error as NodeJS.ErrnoException).code ?? '']
  if (reason === undefined) return error
  return stageError({
    code: 'output-not-writable',
    message: `The model could not be saved in ${folder}: ${reason}.`,
    hint: 'Name another folder; what was trained is kept, and only saving runs again.',
  })
}
