import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { cli, folderWith, runInShell, sluice, start } from './sluice.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cases = fileURLToPath(new URL('run-qa', import.meta.url))
const read = (name: string): string => readFileSync(join(cases, name), 'utf8')
const names = readdirSync(cases).flatMap(name => (name.endsWith('.sh') ? [name.slice(0, -3)] : []))

const squad = '{ "version": "1.1", "data": [] }'

/** A folder with the files that the command lines name. */
const project = (): string => {
  const names = ['train.json', 'dev.json', 'train-v1.1.json', 'dev-v1.1.json', 'train-v2.0.json', 'dev-v2.0.json']
  const folder = folderWith(Object.fromEntries(names.map(name => [`data/${name}`, squad])))
  const model = join(folder, 'model')
  cpSync(join(root, 'test/cases/65-resume-gives-the-same-weights/m'), model, { recursive: true })
  const config = { ...JSON.parse(readFileSync(join(model, 'config.json'), 'utf8')), max_position_embeddings: 512 }
  writeFileSync(join(model, 'config.json'), JSON.stringify(config))
  return folder
}

// The command lines are those of the scripts' own READMEs (`readme-…`), and some that have everything. `UPDATE=1` writes anew
// what is expected of them; read what changed.
describe('pipeline init --from-run-qa', () => {
  it.each(names)('%s', async name => {
    const folder = project()
    const { code, out, err } = await sluice(folder, 'init', 'qa.yaml', '--from-run-qa', read(`${name}.sh`))
    const told = out.replaceAll(cli, 'CLI')
    const written = readFileSync(join(folder, 'qa.yaml'), 'utf8')
    if (process.env.UPDATE) {
      writeFileSync(join(cases, `${name}.txt`), told)
      writeFileSync(join(cases, `${name}.yaml`), written)
    }
    expect({ code, told, err }).toEqual({ code: 0, told: read(`${name}.txt`), err: '' })
    expect(written).toBe(read(`${name}.yaml`))
    const env = { SQUAD_DIR: 'data', BERT_LARGE_DIR: 'model' }
    const validated = await start(folder, ['validate', 'qa.yaml'], { env }).ended
    expect(validated).toEqual({ code: 0, out: expect.stringMatching(/^qa\.yaml: ok, \d+ stages\n$/), err: '' })
    expect((await start(folder, ['plan', 'qa.yaml'], { env }).ended).code).toBe(0)
  })

  it.each([
    [
      'echo hello',
      `error[no-script] Expected a command line with a script, such as \`python run_qa.py --model_name_or_path …\`; found none.
hint: Quote the command as one word, or pass \`-\` and write it to stdin.
`,
    ],
    [
      'python run_qa_beam_search.py --model_name_or_path xlnet-large-cased',
      `error[other-script] Expected run_qa.py or run_squad.py; found \`run_qa_beam_search.py\`, whose flags mean other things.
hint: Start with \`pipeline init\`, and set the parameters by their names: \`pipeline stages train\`.
`,
    ],
    [
      'python run_qa.py --max_seq_length long --learning_rate --do_train maybe --seed 1.5',
      `error[flag-value] --max_seq_length needs an integer; found \`long\`.

error[flag-value] --learning_rate needs a value.

error[flag-value] --do_train needs true or false; found \`maybe\`.

error[flag-value] --seed needs an integer; found \`1.5\`.

error[missing-flag] Expected a model; found none.
hint: Give \`--model_name_or_path\`.

error[nothing-to-do] run_qa.py would do nothing.
hint: Give \`--do_train\`, \`--do_eval\`, or both.

error[missing-flag] Expected a folder for the results; found none.
hint: Give \`--output_dir\`.
`,
    ],
    [
      'python run_squad.py --init_checkpoint=m/bert_model.ckpt --do_train --do_predict --output_dir=out',
      `error[missing-flag] Expected data to train on; found none.
hint: Give \`--train_file\`.

error[missing-flag] Expected data to predict on; found none.
hint: Give \`--predict_file\`.
`,
    ],
    [
      'python run_qa.py --model_name_or_path m/model.ckpt.index --train_file a.csv --dataset_name adversarial_qa --do_train --output_dir o',
      `error[missing-flag] Expected a model; found \`--model_name_or_path m/model.ckpt.index\`: a TensorFlow checkpoint has to be converted first.
hint: Give \`--model_name_or_path\`.

error[missing-flag] Expected data to train on; found \`--train_file a.csv\`: files are SQuAD's JSON here.
hint: Give \`--train_file\` or \`--dataset_name\`.
`,
    ],
  ])('refuses %s', async (command, err) => {
    const folder = folderWith({})
    expect(await sluice(folder, 'init', 'qa.yaml', '--from-run-qa', command)).toEqual({ code: 2, out: '', err })
    expect(existsSync(join(folder, 'qa.yaml'))).toBe(false)
  })

  it('reads the command line from stdin', async () => {
    const folder = project()
    writeFileSync(join(folder, 'run.sh'), read('readme-run-qa.sh'))
    const { code, out } = await runInShell(folder, '$SLUICE init qa.yaml --from-run-qa - < run.sh')
    expect([code, out.replaceAll(cli, 'CLI')]).toEqual([0, read('readme-run-qa.txt')])
  })
})

describe('pipeline init', () => {
  it('writes a pipeline that runs, with its example, and says how', async () => {
    const folder = folderWith({})
    expect(await sluice(folder, 'init', 'work/mine.yaml')).toEqual({
      code: 0,
      out: `wrote work/mine.yaml  the pipeline: what to change is said in it
wrote work/example    questions and a small model, from nothing, to try it out

Run it, some seconds:
  node ${cli} run work/mine.yaml
`,
      err: '',
    })
    const ran = await sluice(folder, 'run', 'work/mine.yaml', '--set', 'stages.train.with.max_steps=2')
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(existsSync(join(folder, 'work/out/model/model.safetensors'))).toBe(true)
  })

  it('names the schema to editors where it lies in the same project', async () => {
    const folder = folderWith({ 'node_modules/sluice/package.json': '{"version":"0.1.0"}' })
    await sluice(folder, 'init', 'work/mine.yaml')
    expect(readFileSync(join(folder, 'work/mine.yaml'), 'utf8').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../node_modules/sluice/schemas/pipeline.schema.json',
    )
  })

  it('writes over nothing: neither the pipeline nor a file of the example', async () => {
    const folder = folderWith({ 'pipeline.yaml': 'mine', 'example/vocab.txt': 'mine' })
    const isThere = (path: string) => `error[file-exists] \`${path}\` is there already; nothing was written.
hint: Give another name, or move it away: a file that exists is never written over.
`
    const err = [isThere('pipeline.yaml'), isThere('example/vocab.txt')].join('\n')
    expect(await sluice(folder, 'init')).toEqual({ code: 2, out: '', err })
    expect(readdirSync(join(folder, 'example'))).toEqual(['vocab.txt'])
    expect(readFileSync(join(folder, 'pipeline.yaml'), 'utf8')).toBe('mine')
  })
})
