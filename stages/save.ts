import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { defineStage, firstFew, type Probe, type Problem, stageError, Type } from 'sluice'
import {
  CONFIG,
  flush,
  Model,
  modelFiles,
  SPECIAL_TOKENS,
  TOKENIZER_CONFIG,
  VOCAB,
  WEIGHTS,
  writeSafetensors,
} from 'sluice/model'

/** Lists the files that were written, with their digests: a folder that holds it is one of ours. */
const MARK = 'training_args.json'
/**
 * The folder in which the files stand until all are whole. It is in the output folder, because the one above may be on
 * another disk, where renaming is not one step, or may not be ours to write to.
 */
const PARTIAL = '.sluice-partial'
/** What may be in it. */
const OURS = new Set([CONFIG, SPECIAL_TOKENS, TOKENIZER_CONFIG, VOCAB, WEIGHTS, MARK, `${MARK}.new`])

export default defineStage({
  name: 'save',
  version: 1,
  summary: 'Writes the model as a folder in Hugging Face form, which `transformers` loads.',
  config: Type.Object({
    output_dir: Type.Location({
      output: true,
      description: 'The folder; it is made where it does not exist.',
      examples: ['./out'],
    }),
    overwrite_output_dir: Type.Boolean({
      default: false,
      description: 'Also write into a folder that holds something else. Other files in it stay.',
    }),
  }),
  inputs: { model: Model },
  effect: true,

  check({ config: { output_dir, overwrite_output_dir }, probe, forbidden }) {
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
    if (probe.kind(unfinished) !== 'absent' && !isUnfinished(unfinished, probe))
      return problem(
        'output-not-empty',
        `Expected to find nothing at ${unfinished}, or what an interrupted run left; found something else.`,
        'Move it away: files wait there until all of them are whole.',
      )
    const names = probe.list(output_dir).filter(name => name !== PARTIAL)
    if (names.length === 0 || overwrite_output_dir || [output_dir, unfinished].some(folder => isOurs(folder, probe)))
      return []
    return problem(
      'output-not-empty',
      `Expected an empty folder, or one that this stage wrote; ${output_dir} holds ${firstFew(names)}.`,
      'Name another folder, or set `overwrite_output_dir: true`: the files of a model are then replaced, others stay.',
    )
  },

  async run({ config: { output_dir }, inputs: { model }, wrote, log }) {
    try {
      const names = await stage(model, output_dir)
      // The mark comes last: until then the folder is what it was before, or visibly unfinished.
      for (const name of names) await rename(join(partial(output_dir), name), join(output_dir, name))
      await flush(output_dir)
      await rm(partial(output_dir), { recursive: true })
      for (const name of names) await wrote(join(output_dir, name))
    } catch (error) {
      throw unwritable(error, output_dir)
    }
    log.result('model', output_dir)
    return {}
  },
})

const partial = (folder: string) => join(folder, PARTIAL)

/** Writes all files where they wait for each other, and waits until the disk has them. Returns their names, the mark last. */
async function stage(model: Model, output_dir: string): Promise<string[]> {
  const folder = partial(output_dir)
  await mkdir(folder, { recursive: true })
  // The mark of an interrupted run stays until a new one takes its place: the output folder may have none any more, and
  // without either nobody would know it for ours.
  for (const name of await readdir(folder)) if (name !== MARK) await rm(join(folder, name), { recursive: true })
  const small = modelFiles(model)
  for (const [name, text] of Object.entries(small)) await writeFile(join(folder, name), text)
  await writeSafetensors(join(folder, WEIGHTS), model.weights)

  const names = [...Object.keys(small), WEIGHTS].sort()
  const files: Record<string, { bytes: number; sha256: string }> = {}
  for (const name of names) {
    const path = join(folder, name)
    await flush(path)
    files[name] = { bytes: (await stat(path)).size, sha256: await digest(path) }
  }
  const prepared = join(folder, `${MARK}.new`)
  await writeFile(prepared, `${JSON.stringify({ ...model.training, files }, null, 2)}\n`)
  await flush(prepared)
  await rename(prepared, join(folder, MARK))
  await flush(folder)
  return [...names, MARK]
}

/** Whether a folder holds nothing but files that this stage was making. */
const isUnfinished = (folder: string, probe: Probe): boolean =>
  probe.kind(folder) === 'folder' && probe.list(folder).every(name => OURS.has(name))

function isOurs(folder: string, probe: Probe): boolean {
  try {
    const mark: unknown = JSON.parse(probe.text(join(folder, MARK)) ?? 'null')
    return typeof mark === 'object' && mark !== null && 'files' in mark
  } catch {
    return false
  }
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written to',
  EDQUOT: 'the disk quota is used up',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EPERM: 'it may not be written to',
  EROFS: 'it is on a read-only disk',
}

/** What a file system refuses is the user's to mend; anything else is passed on. */
function unwritable(error: unknown, folder: string): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
  if (reason === undefined) return error
  return stageError({
    code: 'output-not-writable',
    message: `The model could not be saved in ${folder}: ${reason}.`,
    hint: 'Name another folder; what was trained is kept, and only saving runs again.',
  })
}
