import { createHash, randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { list } from '../../src/cache/list.ts'
import { readEntries } from '../../src/cache/look-up.ts'
import { fateOf } from '../../src/cache/owner.ts'
import { inspect } from '../../src/cache/payload.ts'
import { openStore, type Store } from '../../src/cache/store.ts'

/** Every stage there is, over a few questions and a network of 8 units; a stage of the user's and a child process too. */
const pipeline = `
name: whole
vars:
  span: { max_seq_length: 32, doc_stride: 8, max_query_length: 8 }
stages:
  read: { with: { file: ./input.json, for: training } }
  keep: { uses: ./keep.ts }
  tokenize: { with: { vocab: ./m } }
  span: { with: "\${vars.span}" }
  cache: {}
  train:
    from: { eval_windows: span-dev, eval_examples: read-dev }
    with:
      { model: ./m, train_batch_size: 2, num_train_epochs: 8, learning_rate: 1e-2, logging_steps: 1, save_steps: 2,
        evaluate_during_training: true, eval_steps: 3, load_best_model_at_end: true }
  save: { with: { output_dir: ./out } }
  note: { uses: shell, needs: [train], with: { run: "sleep 0.2; echo trained > note.txt", outputs: [./note.txt] } }
  read-dev: { uses: read, with: { file: ./input.json, for: evaluation } }
  tokenize-dev: { uses: tokenize, with: { vocab: ./m }, from: read-dev }
  span-dev: { uses: span, with: "\${vars.span}", from: tokenize-dev }
  predict: { from: { windows: span-dev, examples: read-dev, model: train } }
  evaluate: { from: { predictions: predict, examples: read-dev } }
`
export const stages = pipeline.match(/^ {2}[\w-]+(?=:)/gm)!.length - 1

const keep = `
import { defineStage, Type } from 'sluice'
import { Examples, keepQuestions } from 'sluice/squad'

export default defineStage({
  name: 'keep',
  version: 1,
  summary: 'Keeps questions that have a question mark.',
  config: Type.Object({}),
  inputs: { examples: Examples },
  outputs: { examples: Examples },
  run: ({ inputs: { examples } }) => ({
    examples: keepQuestions(examples, index => examples.questions[index]!.endsWith('?')),
  }),
})
`

export interface Project {
  readonly folder: string
  /** A `NAME=value` that everything started for the project has in its environment. */
  readonly mark: string
  readonly env: Readonly<Record<string, string>>
}

export const makeProject = (): Project => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-faults-'))
  cpSync(fileURLToPath(new URL('../cases/65-resume-gives-the-same-weights', import.meta.url)), folder, {
    recursive: true,
    filter: file => !file.endsWith('.md') && !file.endsWith('pipeline.yaml') && !file.endsWith('expected.json'),
  })
  writeFileSync(join(folder, 'whole.yaml'), pipeline)
  writeFileSync(join(folder, 'keep.ts'), keep)
  const id = randomUUID()
  return { folder, mark: `SLUICE_FAULTS=${id}`, env: { SLUICE_FAULTS: id } }
}

/** Takes the results away, and what the stages wrote outside the cache too where `all` is said. */
export const wipe = ({ folder }: Project, what: 'all' | 'cache'): void => {
  const made = what === 'all' ? ['.sluice', 'out', 'note.txt'] : ['.sluice']
  for (const name of made) rmSync(join(folder, name), { recursive: true, force: true })
}

/** Everything that a finished run has made, by digests; and what is left that a finished run should have removed. */
export const outcome = async ({ folder }: Project) => {
  const store = await open(folder)
  const results: Record<string, Record<string, string>> = {}
  for (const { entries } of await entriesIn(store))
    for (const { key, manifest } of entries)
      results[`${manifest.record.stage} ${key.slice(0, 8)}`] = Object.fromEntries(
        Object.entries(manifest.outputs).map(([port, { digest }]) => [port, digest]),
      )
  const out = join(folder, 'out')
  const saved = Object.fromEntries(readdirSync(out).map(name => [name, digestOf(join(out, name))]))
  const inRoot = (name: string) => readdirSync(join(store.root, name))
  return {
    results,
    saved,
    note: readFileSync(join(folder, 'note.txt'), 'utf8'),
    folder: readdirSync(folder).sort(),
    // A kill between storing a result and tidying up leaves a dead owner's lock, and a scratch folder, beside a result that
    // is whole: they hinder nobody. A lock whose owner seems to live would hinder everybody.
    left: [...inRoot('tmp'), ...inRoot('locks').filter(name => holds(join(store.root, 'locks', name)))],
  }
}

/** How many results there are, and what is wrong with them; every byte is read. */
export const judge = async ({
  folder,
}: Pick<Project, 'folder'>): Promise<{ sound: number; faults: readonly string[] }> => {
  const store = await open(folder)
  const faults = (await list(store)).flatMap(({ dir, damage }) => (damage === undefined ? [] : [`${dir}: ${damage}`]))
  let sound = 0
  for (const { entries } of await entriesIn(store)) {
    for (const { dir, manifest } of entries) {
      const wrong = await Promise.all(
        Object.entries(manifest.outputs).map(([port, output]) => inspect(join(dir, port), output)),
      )
      for (const reason of wrong) if (reason !== undefined) faults.push(`${dir}: ${reason}`)
      sound++
    }
  }
  return { sound, faults }
}

const open = (folder: string) => openStore({ path: join(folder, '.sluice'), ours: true }, { readOnly: true })

const entriesIn = (store: Store) =>
  Promise.all(namesIn(join(store.root, 'entries')).map(key => readEntries(store, key)))

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

const digestOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/** Whether the owner of a lock, at a path, may be alive. */
export const holds = (lock: string): boolean => fateOf(JSON.parse(readFileSync(lock, 'utf8')).owner, false) !== 'dead'
