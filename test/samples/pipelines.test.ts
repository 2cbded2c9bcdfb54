import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { folderWith, start } from '../cli/sluice.ts'

const pipelines = fileURLToPath(new URL('../../pipelines/', import.meta.url))
const tiny = fileURLToPath(new URL('../cases/65-resume-gives-the-same-weights/', import.meta.url))
/** The same questions as data of v2.0, the first without an answer. */
const withNegatives = () => {
  const squad = JSON.parse(readFileSync(join(tiny, 'input.json'), 'utf8'))
  const questions = squad.data.flatMap(({ paragraphs }: Squad) => paragraphs.flatMap(({ qas }) => qas))
  for (const [at, question] of questions.entries()) Object.assign(question, { is_impossible: at === 0 })
  questions[0].answers = []
  return JSON.stringify(squad)
}
interface Squad {
  readonly paragraphs: readonly { readonly qas: readonly object[] }[]
}

const files = readdirSync(pipelines).filter(name => name.endsWith('.yaml'))
const profilesOf = (file: string) => Object.keys(parse(readFileSync(join(pipelines, file), 'utf8')).profiles)
const choices = files.flatMap(file => [
  [file, []] as const,
  ...profilesOf(file).map(profile => [file, ['--profile', profile]] as const),
])

describe('the shipped pipelines', () => {
  it.each(choices)('%s %j is right before anything is fetched', async (file, profile) => {
    const folder = folderWith({})
    const env = { HF_HOME: join(folder, 'hf') }
    const args = ['validate', join(pipelines, file), ...profile, '--cache-dir', join(folder, 'cache')]
    const { code, err } = await start(folder, args, { env }).ended
    expect([code, err]).toEqual([0, ''])
  })

  it.each([
    ['squad-v1.1.yaml', 'minilm'],
    ['squad-v1.1.yaml', 'watch'],
    ['squad-v2.0.yaml', 'minilm'],
  ])('%s --profile %s runs on data and a model of one’s own', async (file, profile) => {
    const folder = folderWith({ 'v2.json': withNegatives() })
    const data = file.includes('v2') ? join(folder, 'v2.json') : join(tiny, 'input.json')
    const settings = {
      'vars.train_file': data,
      'vars.dev_file': data,
      'vars.model': join(tiny, 'm'),
      'vars.output_dir': join(folder, 'out'),
      'vars.span.max_seq_length': '32',
      'vars.span.doc_stride': '16',
      'stages.train.with.logging_dir': join(folder, 'runs'),
      'stages.train.with.max_steps': '2',
    }
    const set = Object.entries(settings).flatMap(([path, value]) => ['--set', `${path}=${value}`])
    const args = ['run', join(pipelines, file), '--profile', profile, ...set, '--cache-dir', join(folder, 'cache')]
    const { code, out } = await start(folder, args).ended
    expect(out).toMatch(/^exact_match [\d.]+$/m)
    expect([code, out.match(/: done after/g)?.length]).toEqual([0, 12])
    expect(readdirSync(join(folder, 'out'))).toContain('model.safetensors')
  })
})
