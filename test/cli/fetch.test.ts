import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { eventSchema } from '../../src/report/event-schema.ts'
import { fileServer, sha256 } from '../fetch/file-server.ts'
import { commitOf, hubServer } from '../fetch/hub-server.ts'
import { folderWith, loadedBy, start, startInTerminal, steady } from './sluice.ts'

const example = fileURLToPath(new URL('../cases/66-windows-longer-than-the-model', import.meta.url))
const text = (name: string) => readFileSync(join(example, name), 'utf8')
const commit = commitOf('c')

/** A project whose data and model are elsewhere; `run` starts the command in it. */
const project = async (more: Readonly<Record<string, string>> = {}) => {
  const files = await fileServer({ '/data/input.json': { body: text('input.json'), etag: '"1"' } })
  const model = Object.fromEntries(readdirSync(join(example, 'm')).map(name => [name, text(`m/${name}`)]))
  const hub = await hubServer({ 'o/tiny': { commits: { [commit]: model }, refs: { main: commit } } })
  const yaml = `
vars: { model: "hf://o/tiny", max_seq_length: 32 }
stages:
  read: { with: { file: "${files.url}/data/input.json", sha256: ${sha256(text('input.json'))} } }
  tokenize: { with: { vocab: "\${vars.model}" } }
  span: { with: { max_seq_length: "\${vars.max_seq_length}", doc_stride: 8, max_query_length: 8 } }
  cache: {}
  train: { with: { model: "\${vars.model}", init: random, max_steps: 1 } }
`
  const folder = folderWith({ 'p.yaml': yaml, ...more })
  const env = { HF_ENDPOINT: hub.url, HF_HOME: join(folder, 'hf'), no_proxy: '127.0.0.1' }
  const run = (...args: readonly string[]) => start(folder, args, { env })
  const words = (out: string) => steady(out.replaceAll(files.url, 'URL').replaceAll(folder, '<here>'))
  return { folder, env, files, hub, run, words }
}

describe('a pipeline whose data and model are elsewhere', () => {
  it('is right before they are here, fetches them once, and asks nobody from then on', async () => {
    const { files, hub, run, words } = await project()
    expect(await run('validate', 'p.yaml').ended).toEqual({ code: 0, out: 'p.yaml: ok, 5 stages\n', err: '' })
    const planned = await run('plan', 'p.yaml', '--exit-code').ended
    expect([planned.code, words(planned.out)]).toEqual([
      3,
      `read unknown it depends on what would be fetched from URL/data/input.json
tokenize unknown it depends on what read will make and what would be fetched from hf://o/tiny
span unknown it depends on what tokenize will make
cache unknown it depends on what span will make
train unknown it depends on what cache will make and what would be fetched from hf://o/tiny; 1 optimizer step

URL/data/input.json would be fetched
hf://o/tiny would be fetched
`
        .replaceAll(/^(\w+) (unknown) /gm, '$1  $2  ')
        .replaceAll(' would be fetched\n', '  would be fetched\n'),
    ])
    const json = (await run('plan', 'p.yaml', '--json').ended).out.split('\n').slice(0, 2)
    expect(json.map(line => JSON.parse(line))).toEqual([
      { stage: 'read', status: 'unknown', fetches: [`${files.url}/data/input.json`] },
      { stage: 'tokenize', status: 'unknown', fetches: ['hf://o/tiny'] },
    ])
    expect([files.log, hub.log]).toEqual([[], []])

    const first = await run('run', 'p.yaml').ended
    expect([first.code, first.err]).toEqual([0, ''])
    expect(words(first.out).split('\n').slice(0, 6)).toEqual([
      'URL/data/input.json: fetching',
      `URL/data/input.json: fetched after TIME, 1.9 kB`,
      'hf://o/tiny: fetching',
      `hf://o/tiny: fetched after TIME, 44 kB, commit ${commit}`,
      'p: 5 stages',
      'read: started',
    ])
    expect([files.log.length, hub.log.length]).toEqual([1, 2 + 4])
    await Promise.all([files.close(), hub.close()])

    const second = await run('run', 'p.yaml').ended
    expect([second.code, second.err]).toEqual([0, ''])
    expect(second.out.match(/reused/g)).toHaveLength(10)
    const after = await run('plan', 'p.yaml', '--exit-code').ended
    expect([after.code, words(after.out).split('\n').slice(-3)]).toEqual([
      0,
      ['URL/data/input.json  fetched', `hf://o/tiny  fetched  commit ${commit}`, ''],
    ])
  })

  describe('with a matrix', () => {
    const sweep = async (lengths: string) => {
      const made = await project({ 'input.json': text('input.json') })
      const { files, folder } = made
      const [file, yaml] = [join(folder, 'p.yaml'), readFileSync(join(folder, 'p.yaml'), 'utf8')]
      const data = `[${files.url}/data/input.json, ./input.json]`
      writeFileSync(file, `matrix: { vars.max_seq_length: ${lengths}, stages.read.with.file: ${data} }${yaml}`)
      return made
    }

    it('fetches what all cells read, each once', async () => {
      const { files, hub, run, words } = await sweep('[32, 24]')
      expect((await run('run', 'p.yaml').ended).code).toBe(0)
      expect([files.log.length, hub.log.length]).toEqual([1, 2 + 4])
      const { code, out } = await run('plan', 'p.yaml', '--exit-code').ended
      expect([code, words(out).split('\n').slice(-3)]).toEqual([
        0,
        ['URL/data/input.json  fetched', `hf://o/tiny  fetched  commit ${commit}`, ''],
      ])
    })

    it('checks all cells with all in place before the first one runs', async () => {
      const { run, words } = await sweep('[32, 600]')
      const { code, out, err } = await run('run', 'p.yaml').ended
      expect([code, out.includes('started')]).toEqual([2, false])
      expect(words(err)).toContain('(With max_seq_length=600.)')
    })
  })

  it('is checked with all in place before the first stage runs', async () => {
    const { run, words } = await project()
    const { code, out, err } = await run('run', 'p.yaml', '--set', 'vars.max_seq_length=600').ended
    expect([code, out.includes('started')]).toEqual([2, false])
    expect(words(err)).toContain('512')
  })

  it('tells of a file that is not the one that was pinned, fetched or not', async () => {
    const local = { 'other.json': '{}' }
    const { run, words, folder } = await project(local)
    const at = ['--set', `stages.read.with.sha256=${'a'.repeat(64)}`]
    const fetched = await run('run', 'p.yaml', ...at).ended
    expect([fetched.code, words(fetched.err)]).toEqual([
      1,
      `
error[wrong-sha256] --set: Expected the SHA-256 digest ${'a'.repeat(64)} of what is fetched from URL/data/input.json; found ${sha256(text('input.json'))}.
  --set stages.read.with.sha256=${'a'.repeat(64)}
  ${'^'.repeat(64)}
hint: It is not the file that was meant; if it is the right one, write its digest.
`,
    ])
    const path = await run('run', 'p.yaml', '--until', 'read', ...at, '--set', 'stages.read.with.file=other.json').ended
    expect([path.code, words(path.err)]).toEqual([
      2,
      `error[wrong-sha256] --set: \`file\` of stage \`read\` must have the SHA-256 digest ${'a'.repeat(64)}; found ${sha256('{}')}, in <here>/other.json.
  --set stages.read.with.sha256=${'a'.repeat(64)}
  ${'^'.repeat(64)}
hint: It is not the file that was meant; if it is the right one, write its digest as \`sha256\`.
`,
    ])
    expect(existsSync(join(folder, '.sluice/v1/entries'))).toBe(true)
    expect(readdirSync(join(folder, '.sluice/v1/entries'))).toEqual([])
  })

  it('takes a digest that stands in the address', async () => {
    const { run, words, files } = await project({ 'one.yaml': 'name: one\nstages: { read: { with: { file: x } } }\n' })
    const pinned = (digest: string) =>
      run('run', 'one.yaml', '--set', `stages.read.with.file=${files.url}/data/input.json#sha256=${digest}`).ended
    const wrong = await pinned('b'.repeat(64))
    expect([wrong.code, words(wrong.err).split('\n')[1]]).toEqual([
      1,
      `error[wrong-sha256] --set: Expected the SHA-256 digest ${'b'.repeat(64)} of what is fetched from URL/data/input.json; found ${sha256(text('input.json'))}.`,
    ])
    const right = await pinned(sha256(text('input.json')))
    expect([right.code, right.err]).toEqual([0, ''])
  })

  it('tells how to come by weights that are not fetched, where a stage misses them', async () => {
    const { run, words, hub } = await project()
    const old = { 'config.json': text('m/config.json'), 'vocab.txt': text('m/vocab.txt'), 'pytorch_model.bin': 'x' }
    const other = await hubServer({ 'o/old': { commits: { [commit]: old }, refs: { main: commit } } })
    for (const [path, file] of other.files) hub.files.set(path, file)
    const set = ['vars.model=hf://o/old', 'stages.tokenize.with.do_lower_case=true']
    const args = ['run', 'p.yaml', ...set.flatMap(each => ['--set', each])]
    const random = await run(...args).ended
    expect([random.code, random.err, other.elsewhere.log]).toEqual([0, '', []])
    const { code, err } = await run(...args, '--set', 'stages.train.with.init=pretrained').ended
    expect([code, words(err)]).toEqual([
      2,
      `error[weights-missing] p.yaml:8:27: Expected model.safetensors in <here>/hf/hub/models--o--old/snapshots/${commit}; found config.json and vocab.txt.
  6 |  span: { with: { max_seq_length: "\${vars.max_seq_length}", doc_stride: 8, max_query_length: 8 } }
  7 |  cache: {}
> 8 |  train: { with: { model: "\${vars.model}", init: random, max_steps: 1 } }
  |  ^^^^^^^^^^^^^^^
note --set: \`vars.model\` is written here.
  --set vars.model=hf://o/old
  ^^^^^^^^^^
hint: Download the file, or set \`init: random\` to train from nothing. o/old has pytorch_model.bin, a PyTorch pickle, which is not fetched; this makes a folder of it to be named instead: python -c "import glob, torch; from huggingface_hub import snapshot_download; from safetensors.torch import save_file; d = snapshot_download('o/old', revision='${commit}', local_dir='./old', allow_patterns=['*.json', 'vocab.txt', 'pytorch_model.bin']); w = {k: v for f in glob.glob(d + '/pytorch_model.bin') for k, v in torch.load(f, map_location='cpu', weights_only=True).items()}; save_file({k: v.clone().contiguous() for k, v in w.items()}, d + '/model.safetensors', {'format': 'pt'})"
`,
    ])
  })

  it('another place with the same content runs nothing again', async () => {
    const { files, run } = await project()
    await run('run', 'p.yaml').ended
    files.files.set('/mirror/squad.json', { body: text('input.json') })
    const { out, err } = await run('run', 'p.yaml', '--set', `stages.read.with.file=${files.url}/mirror/squad.json`)
      .ended
    expect(err).toBe('')
    expect(out.match(/: reused/g)).toHaveLength(5)
    expect(files.log).toHaveLength(2)
  })

  it('--rehash asks the servers what has changed, but not for what is pinned', async () => {
    const { files, hub, run } = await project()
    await run('run', 'p.yaml', '--until', 'tokenize').ended
    const other = text('input.json').replace('"version"', ' "version"')
    files.files.set('/data/input.json', { body: other, etag: '"2"' })
    hub.log.length = 0
    const again = await run('run', 'p.yaml', '--until', 'tokenize', '--rehash').ended
    expect([again.code, files.log.length, hub.log]).toEqual([0, 1, ['GET /api/models/o/tiny/revision/main']])
    expect(again.out.match(/: reused/g)).toHaveLength(2)
    // The digest of what is there by now is reason enough to ask.
    const at = ['--set', `stages.read.with.sha256=${sha256(other)}`]
    const changed = await run('run', 'p.yaml', '--until', 'tokenize', ...at).ended
    expect([changed.code, changed.err, files.log[1]]).toEqual([0, '', 'GET /data/input.json | if-none-match: "1"'])
    expect(changed.out).toContain('read: done')
    expect(changed.out).toContain('tokenize: reused')
  })
})

/** More than fits into any buffer on the way, so that a part of it is on the disk while the rest is not sent. */
const large = `{"version": "1.1", "data": [], "padding": "${'x'.repeat(4e6)}"}`

const slow = async () => {
  const files = await fileServer({ '/large.json': { body: large, etag: '"1"', stallAfter: 3e6 } })
  const yaml = `stages:\n  read: { with: { file: "${files.url}/large.json", for: evaluation } }\n`
  const folder = folderWith({ 'p.yaml': yaml })
  const fetched = join(folder, '.sluice/fetched')
  const part = () => {
    const [id] = existsSync(fetched) ? readdirSync(fetched) : []
    return id === undefined ? 0 : (statSync(join(fetched, id, 'part'), { throwIfNoEntry: false })?.size ?? 0)
  }
  return { files, folder, part }
}

describe('a download that is stopped', () => {
  it.each(['SIGKILL', 'SIGINT'] as const)('by %s goes on in the next run', async signal => {
    const { files, folder, part } = await slow()
    const { child, ended } = start(folder, ['run', 'p.yaml', '--json'])
    await expect.poll(part, { timeout: 30_000 }).toBe(3e6)
    child.kill(signal)
    const { code, out, err } = await ended
    if (signal === 'SIGINT') {
      expect([code, err]).toEqual([
        130,
        'Interrupted. Finished results are kept: run the same command again to go on.\n',
      ])
      const events = out
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line))
      const valid = new Ajv({ strict: false }).compile(eventSchema)
      expect(events.filter(event => !valid(event))).toEqual([])
      expect(events.at(-2)).toMatchObject({ event: 'fetch', status: 'interrupted' })
      expect(events.at(-1)).toMatchObject({ event: 'run', status: 'interrupted' })
    }
    expect(part()).toBe(3e6)

    files.files.set('/large.json', { body: large, etag: '"1"' })
    const next = await start(folder, ['run', 'p.yaml']).ended
    expect([next.code, next.err]).toEqual([0, ''])
    expect(files.log).toEqual(['GET /large.json', 'GET /large.json | range: bytes=3000000- | if-range: "1"'])
    const fetched = join(folder, '.sluice/fetched')
    const [id] = readdirSync(fetched)
    expect(readFileSync(join(fetched, id!, 'content/large.json'), 'utf8') === large).toBe(true)
  })
})

describe('what is loaded', () => {
  const ofFetching = /@huggingface\/hub|undici|^(fetch|hub-|whereabouts|client|download)/

  it('for paths alone, nothing that fetches; for addresses that are here, only what finds them', async () => {
    const { folder, env, run } = await project()
    await run('run', 'p.yaml').ended
    const modules = await loadedBy(folder, ['run', 'p.yaml'], env)
    expect(modules).toContain('core')
    expect(modules.filter(name => ofFetching.test(name))).toEqual(['whereabouts'])
    const paths = folderWith({
      'p.yaml': 'stages: { read: { with: { file: a.json, for: evaluation } } }',
      'a.json': large,
    })
    await start(paths, ['run', 'p.yaml']).ended
    expect((await loadedBy(paths, ['run', 'p.yaml'])).filter(name => ofFetching.test(name))).toEqual([])
  })
})

describe('in a terminal', () => {
  it('what is fetched has a line each, before those of the stages', async () => {
    const { files, folder } = await slow()
    files.files.set('/large.json', { body: large })
    const { code, out } = await startInTerminal(folder, ['run', 'p.yaml']).ended
    expect(code).toBe(0)
    const shown = steady(out).replaceAll(files.url, 'URL')
    const marks = shown.match(/✔ \S+|\[32m✔\S* \S+/g) ?? []
    expect(marks.map(mark => mark.split(' ')[1])).toContain('URL/large.json')
    expect(shown.indexOf('4.0 MB')).toBeGreaterThan(0)
    expect(out.lastIndexOf('\u001b[?25h')).toBeGreaterThan(out.lastIndexOf('\u001b[?25l'))
  })
})
