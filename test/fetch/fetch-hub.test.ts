import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { machine } from './fetching.ts'
import { closedPort, fileServer, type Served, sha256 } from './file-server.ts'
import { commitOf, hubServer, type Repository } from './hub-server.ts'

const [first, second] = [commitOf('a'), commitOf('b')]
const files = {
  'config.json': '{"model_type":"bert"}',
  'vocab.txt': '[PAD]\n[UNK]\n',
  'tokenizer_config.json': '{}',
  'model.safetensors': 'the weights',
  'pytorch_model.bin': 'a pickle',
  'README.md': 'read me',
  'onnx/model.onnx': 'x',
}
const bert: Repository = {
  commits: { [first]: files, [second]: { ...files, 'vocab.txt': '[PAD]\nother\n' } },
  refs: { main: first, 'refs/pr/1': second },
}

const hub = async (repositories: Readonly<Record<string, Repository>> = { 'google/bert': bert }) => {
  const server = await hubServer(repositories)
  return { server, ...machine({ HF_ENDPOINT: server.url }) }
}

describe('a model of the Hub', () => {
  it("lies in Hugging Face's cache as Python lays it out: what a model is made of, and no more", async () => {
    const { server, fetch, where, folder } = await hub()
    expect(where('hf://google/bert').there).toBe(false)
    const { last, text } = await fetch('hf://google/bert')
    expect(text).toBe('')
    const bytes = 21 + 12 + 2 + 11
    expect(last).toEqual({ status: 'fetched', bytes, commit: first })

    const repository = join(folder, 'hf/hub/models--google--bert')
    const snapshot = join(repository, 'snapshots', first)
    expect(where('hf://google/bert')).toEqual({ path: snapshot, there: true, commit: first })
    expect(readdirSync(snapshot).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'tokenizer_config.json',
      'vocab.txt',
    ])
    expect(readFileSync(join(snapshot, 'vocab.txt'), 'utf8')).toBe('[PAD]\n[UNK]\n')
    const weights = join(snapshot, 'model.safetensors')
    expect(readlinkSync(weights)).toBe(`../../blobs/${sha256('the weights')}`)
    expect(readFileSync(join(repository, 'refs/main'), 'utf8')).toBe(first)
    expect(readdirSync(join(repository, 'blobs')).every(name => /^[0-9a-f]+$/.test(name))).toBe(true)
    expect(server.log).toEqual([
      'GET /api/models/google/bert/revision/main',
      `GET /api/models/google/bert/tree/${first}`,
      `GET /google/bert/resolve/${first}/config.json`,
      `GET /google/bert/resolve/${first}/vocab.txt`,
      `GET /google/bert/resolve/${first}/tokenizer_config.json`,
      `GET /google/bert/resolve/${first}/model.safetensors`,
    ])
  })

  it('is found without a request from then on, at the same commit, although the branch has moved', async () => {
    const moved = { ...bert, refs: { main: first } }
    const { server, fetch, where } = await hub({ 'google/bert': moved })
    await fetch('hf://google/bert')
    server.log.length = 0
    server.files.set('/api/models/google/bert/revision/main', { body: JSON.stringify({ sha: second }) })
    expect((await fetch('hf://google/bert')).last).toEqual({ status: 'found', commit: first })
    expect(where('hf://google/bert@main').commit).toBe(first)
    expect(server.log).toEqual([])
    // A file that is gone is that of the same commit.
    rmSync(join(where('hf://google/bert').path, 'vocab.txt'))
    expect((await fetch('hf://google/bert')).last).toMatchObject({ status: 'found', commit: first })
    // Until somebody asks.
    expect((await fetch('hf://google/bert', { anew: true })).last).toMatchObject({ status: 'fetched', commit: second })
    expect(readFileSync(join(where('hf://google/bert').path, 'vocab.txt'), 'utf8')).toBe('[PAD]\nother\n')
  })

  it('of a commit, of a pull request, of a dataset, in a folder, by one file', async () => {
    const data = { 'v1/train set.json': 'questions' }
    const { fetch, where } = await hub({
      'google/bert': bert,
      'r/squad': { type: 'dataset', commits: { [first]: data }, refs: { main: first } },
    })
    const at = async (text: string) => {
      expect((await fetch(text)).text).toBe('')
      return readFileSync(where(text).path, 'utf8')
    }
    expect(await at(`hf://google/bert@${second}/vocab.txt`)).toBe('[PAD]\nother\n')
    expect(await at('hf://google/bert@refs/pr/1/vocab.txt')).toBe('[PAD]\nother\n')
    expect(await at('hf://google/bert@refs%2Fpr%2F1/pytorch_model.bin')).toBe('a pickle')
    expect(await at('hf://datasets/r/squad/v1/train set.json')).toBe('questions')
  })

  it('uses what Python has fetched: a file by its name, a folder after asking what belongs to it', async () => {
    const { server, fetch, where, folder } = await hub()
    const repository = join(folder, 'hf/hub/models--google--bert')
    const snapshot = join(repository, 'snapshots', first)
    mkdirSync(snapshot, { recursive: true })
    mkdirSync(join(repository, 'refs'))
    writeFileSync(join(repository, 'refs/main'), first)
    writeFileSync(join(snapshot, 'vocab.txt'), files['vocab.txt'])
    writeFileSync(join(snapshot, 'model.safetensors'), files['model.safetensors'])
    expect(where('hf://google/bert/vocab.txt')).toEqual({
      path: join(snapshot, 'vocab.txt'),
      there: true,
      commit: first,
    })
    expect(where('hf://google/bert').there).toBe(false)
    // Where the Hub must not be asked, what is there has to do.
    const offline = machine({ HF_HUB_CACHE: join(folder, 'hf/hub'), HF_HUB_OFFLINE: '1' })
    expect(offline.where('hf://google/bert')).toEqual({ path: snapshot, there: true, commit: first })
    expect(offline.where('hf://google/other').there).toBe(false)
    await fetch('hf://google/bert')
    expect(server.log.filter(line => line.includes('/resolve/'))).toEqual([
      `GET /google/bert/resolve/${first}/config.json`,
      `GET /google/bert/resolve/${first}/tokenizer_config.json`,
    ])
  })

  it('offline: what is here does, and nobody is asked', async () => {
    const env = { HF_HUB_OFFLINE: '1' }
    const { server, fetch } = await hub()
    const text = (await fetch('hf://google/bert', { env })).text
    expect(text).toBe(
      `error[offline] Expected hf://google/bert on this machine, because HF_HUB_OFFLINE forbids to fetch it; it is not in <here>/hf/hub.
hint: Run once without HF_HUB_OFFLINE.`,
    )
    expect(server.log).toEqual([])
    await fetch('hf://google/bert')
    server.log.length = 0
    expect((await fetch('hf://google/bert', { env, anew: true })).last).toEqual({ status: 'found', commit: first })
    expect(server.log).toEqual([])
  })

  it('goes on with a large file where the connection broke, at the place that it was redirected to', async () => {
    const { server, fetch, where } = await hub()
    server.trouble.set('model.safetensors', { breakAfter: [4, 3] })
    expect((await fetch('hf://google/bert/model.safetensors', { server: server.elsewhere })).text).toBe('')
    expect(readFileSync(where('hf://google/bert/model.safetensors').path, 'utf8')).toBe('the weights')
    const path = `/${sha256('the weights')}`
    expect(server.elsewhere.log).toEqual([
      `GET ${path}`,
      `GET ${path} | range: bytes=4-`,
      `GET ${path} | range: bytes=7-`,
    ])
  })

  it('goes on with a large file that ends early, though nobody says how long the answer is', async () => {
    const { server, fetch, where } = await hub()
    server.trouble.set('model.safetensors', { claims: 'nothing', endAfter: [4] })
    expect((await fetch('hf://google/bert/model.safetensors')).text).toBe('')
    expect(readFileSync(where('hf://google/bert/model.safetensors').path, 'utf8')).toBe('the weights')
    const path = `/${sha256('the weights')}`
    expect(server.elsewhere.log).toEqual([`GET ${path}`, `GET ${path} | range: bytes=4-`])
  })

  it('sends the token to the Hub alone', async () => {
    const { server, fetch, folder } = await hub({ 'me/secret': { ...bert, token: 'hf_x' } })
    mkdirSync(join(folder, 'hf'), { recursive: true })
    writeFileSync(join(folder, 'hf/token'), 'hf_x\n')
    expect((await fetch('hf://me/secret')).text).toBe('')
    expect(server.log.every(line => line.endsWith('authorization: Bearer hf_x'))).toBe(true)
    expect(server.elsewhere.log).toEqual([`GET /${sha256('the weights')}`])
  })

  it('asks again where an answer of the API breaks off', async () => {
    const { server, fetch } = await hub()
    const tree = `/api/models/google/bert/tree/${first}`
    const serve = server.files.get(tree) as (request: IncomingMessage) => Served
    server.files.set(tree, request => ({ ...serve(request), breakAfter: [40], atOnce: true }))
    const { text } = await fetch('hf://google/bert/vocab.txt')
    expect([text, server.log.filter(line => line.includes('/tree/')).length]).toEqual(['', 2])
  })

  it('weights in parts stay where they are, as pickles do', async () => {
    const parts = {
      'config.json': '{}',
      'model.safetensors.index.json': '{}',
      'model-00001-of-00002.safetensors': 'one',
      'model-00002-of-00002.safetensors': 'two',
      'pytorch_model.bin': 'x',
    }
    const { server, fetch, where } = await hub({ 'o/large': { commits: { [first]: parts }, refs: { main: first } } })
    await fetch('hf://o/large')
    expect(server.elsewhere.log).toEqual([])
    const { path, note } = where('hf://o/large')
    expect(readdirSync(path)).toEqual(['config.json'])
    expect(note).toBe(
      `o/large has its weights in parts, which are not fetched; this makes a folder of it to be named instead: python -c "import glob; from huggingface_hub import snapshot_download; from safetensors.torch import load_file, save_file; d = snapshot_download('o/large', revision='${first}', local_dir='./large', allow_patterns=['*.json', 'vocab.txt', 'model-*.safetensors']); w = {k: v for f in glob.glob(d + '/model-*.safetensors') for k, v in load_file(f).items()}; save_file(w, d + '/model.safetensors', {'format': 'pt'})"`,
    )
  })

  it('a pickle stays where it is; what to do is noted, for whoever misses the weights', async () => {
    const old = { 'config.json': '{}', 'pytorch_model.bin': 'a pickle' }
    const { server, fetch, where } = await hub({ 'o/old': { commits: { [first]: old }, refs: { main: first } } })
    await fetch('hf://o/old')
    expect(server.elsewhere.log).toEqual([])
    const { path, note } = where('hf://o/old')
    expect(readdirSync(path)).toEqual(['config.json'])
    expect(note).toBe(
      `o/old has pytorch_model.bin, a PyTorch pickle, which is not fetched; this makes a folder of it to be named instead: python -c "import glob, torch; from huggingface_hub import snapshot_download; from safetensors.torch import save_file; d = snapshot_download('o/old', revision='${first}', local_dir='./old', allow_patterns=['*.json', 'vocab.txt', 'pytorch_model.bin']); w = {k: v for f in glob.glob(d + '/pytorch_model.bin') for k, v in torch.load(f, map_location='cpu', weights_only=True).items()}; save_file({k: v.clone().contiguous() for k, v in w.items()}, d + '/model.safetensors', {'format': 'pt'})"`,
    )
  })

  it.each([
    `pytorch_model'); import os; os.system('touch x') #.bin`,
    'pytorch_model"; touch x; ".bin',
    'pytorch_model$(touch x).bin',
    'pytorch_model`touch x`.bin',
    'pytorch_model\\.bin',
  ])('the name of a pickle gets into no line to paste where it could be a command: %s', async name => {
    const old = { 'config.json': '{}', [name]: 'a pickle' }
    const { fetch, where } = await hub({ 'o/old': { commits: { [first]: old }, refs: { main: first } } })
    await fetch('hf://o/old')
    expect(where('hf://o/old').note).toBe(
      `o/old has ${name}, a PyTorch pickle, which is not fetched; download it, write its tensors to one model.safetensors with Python's safetensors, and name that folder instead.`,
    )
  })
})

describe('what is wrong with it is said', () => {
  const gated = { refuses: { status: 403, headers: { 'x-error-code': 'GatedRepo' } } }
  const closed = { refuses: { status: 403, headers: { 'x-error-message': 'blocked' } } }
  const rows: readonly (readonly [string, string, string])[] = [
    [
      'no such repository',
      'hf://nobody/nothing',
      `error[hub-repository] Expected a model on URL; there is no nobody/nothing, or it is private (hf://nobody/nothing).
hint: Check its name; for a private one, set HF_TOKEN to a token that may read it.`,
    ],
    [
      'a private one, without a token',
      'hf://me/secret',
      `error[hub-repository] Expected a model on URL; there is no me/secret, or it is private (hf://me/secret).
hint: Check its name; for a private one, set HF_TOKEN to a token that may read it.`,
    ],
    [
      'no such revision',
      'hf://google/bert@v2',
      `error[hub-revision] Expected a branch, a tag or a commit of google/bert; it has no \`v2\` (hf://google/bert@v2).
hint: URL/google/bert/commits lists its commits.`,
    ],
    [
      'no such file',
      'hf://google/bert/vocabulary.txt',
      `error[hub-file] Expected a file of google/bert; it has no \`vocabulary.txt\` at ${first} (hf://google/bert/vocabulary.txt).
hint: Files beside it: \`config.json\`, \`vocab.txt\`, \`tokenizer_config.json\`, \`model.safetensors\`, \`pytorch_model.bin\`, \`README.md\`.`,
    ],
    [
      'a file misspelt',
      'hf://google/bert/vocab.tx',
      `error[hub-file] Expected a file of google/bert; it has no \`vocab.tx\` at ${first} (hf://google/bert/vocab.tx).
hint: Did you mean \`vocab.txt\`?`,
    ],
    [
      'conditions',
      'hf://meta/llama',
      `error[hub-gated] Expected to fetch hf://meta/llama; meta/llama is given only to those who accept its conditions.
hint: Accept them at URL/meta/llama, and set HF_TOKEN to a token of your account.`,
    ],
    [
      'forbidden',
      'hf://o/closed/x',
      `error[hub-forbidden] Expected to fetch hf://o/closed/x; URL answers 403 (Forbidden): blocked.
hint: See at URL/o/closed who may have it; no token was sent (HF_TOKEN).`,
    ],
    [
      'no model',
      'hf://o/notes',
      `error[hub-not-a-model] Expected a model in Hugging Face form; o/notes has no config.json at ${first} (hf://o/notes).
hint: It has README.md. Name one of a repository's files: hf://o/notes/FILE.`,
    ],
  ]
  const all: Readonly<Record<string, Repository>> = {
    'google/bert': bert,
    'me/secret': { ...bert, token: 'hf_x' },
    'meta/llama': { ...bert, ...gated },
    'o/closed': { ...bert, ...closed },
    'o/notes': { commits: { [first]: { 'README.md': '' } }, refs: { main: first } },
  }
  it.each(rows)('%s', async (_, address, expected) => {
    const { server, fetch } = await hub(all)
    expect((await fetch(address)).text.replaceAll(server.url, 'URL')).toBe(expected)
  })

  it('a token that is refused', async () => {
    const { server, fetch } = await hub(all)
    const { text } = await fetch('hf://me/secret', { env: { HF_TOKEN: 'hf_wrong' } })
    expect(text.replaceAll(server.url, 'URL')).toBe(
      `error[hub-token] Expected to fetch hf://me/secret; URL refuses the token (HF_TOKEN).
hint: Take a new one from URL/settings/tokens.`,
    )
  })

  it('a large file with another digest than is pinned: nothing of it is fetched', async () => {
    const { server, fetch } = await hub()
    const { text } = await fetch('hf://google/bert/model.safetensors', { sha256: '0'.repeat(64) })
    expect(text).toBe(
      `error[wrong-sha256] Expected the SHA-256 digest ${'0'.repeat(64)} of hf://google/bert/model.safetensors; the Hub lists ${sha256('the weights')}. Nothing of it is fetched.
hint: It is not the file that was meant; if it is the right one, write its digest.`,
    )
    expect(server.elsewhere.log).toEqual([])
  })

  it('bytes that do not have the digest, and another length', async () => {
    const { server, fetch, where, folder } = await hub()
    server.trouble.set('model.safetensors', { body: 'the weightz' })
    expect((await fetch('hf://google/bert')).text).toBe(
      `error[hub-damaged] Expected the digest ${sha256('the weights')} of model.safetensors of google/bert, as the Hub lists it; what it sent has ${sha256('the weightz')}. Nothing of it is kept.
hint: Run again; if it comes out the same, something between here and the Hub changes what it sends.`,
    )
    expect(where('hf://google/bert').there).toBe(false)
    server.trouble.set('model.safetensors', { body: 'the' })
    expect((await fetch('hf://google/bert')).text).toBe(
      `error[wrong-length] Expected 11 bytes of hf://google/bert; the server sends 3.
hint: Something between here and the server changes what it sends, or it is being replaced there: run again later.`,
    )
    const blobs = join(folder, 'hf/hub/models--google--bert/blobs')
    expect(existsSync(join(blobs, sha256('the weights')))).toBe(false)
    expect(lstatSync(blobs).isDirectory()).toBe(true)
  })

  it('an answer of the API that breaks off again and again', async () => {
    const server = await fileServer({
      '/api/models/google/bert/revision/main': { body: '{"sha":', breakAfter: 3, atOnce: true },
    })
    const { text } = await machine({ HF_ENDPOINT: server.url }).fetch('hf://google/bert')
    expect(text.replace(new URL(server.url).host, 'HOST')).toBe(
      `error[fetch-broken] Expected all of hf://google/bert, but the connection to HOST broke 3 times.
hint: Run again: it goes on from there.`,
    )
  })

  it('a list of files that goes on elsewhere: nothing is asked there, and the token is not shown', async () => {
    const { server, fetch } = await hub({ 'me/secret': { ...bert, token: 'hf_x' } })
    const other = await fileServer({ '/next': { body: '[]' } })
    const path = `/api/models/me/secret/tree/${first}`
    const link = `<${other.url}/next>; rel="next"`
    server.files.set(path, { body: '[]', headers: { link } })
    const { text } = await fetch('hf://me/secret', { env: { HF_TOKEN: 'hf_x' } })
    expect(text.replace(new URL(server.url).host, 'HOST').replace(new URL(other.url).host, 'OTHER')).toBe(
      `error[hub-answer] Expected an answer of the Hub about hf://me/secret; what HOST answers is none (it goes on at http://OTHER).
hint: Check HF_ENDPOINT.`,
    )
    expect(other.log).toEqual([])
    server.files.set(path, { body: '[]', headers: { link: link.replace(other.url, server.url) } })
    server.files.set('/next', { body: '[]' })
    await fetch('hf://me/secret', { env: { HF_TOKEN: 'hf_x' } })
    expect(server.log.at(-1)).toBe('GET /next | authorization: Bearer hf_x')
  })

  it('what answers is no Hub', async () => {
    const server = await fileServer({ '/api/models/google/bert/revision/main': { body: '<html>Welcome</html>' } })
    const { text } = await machine({ HF_ENDPOINT: server.url }).fetch('hf://google/bert')
    expect(text.replace(new URL(server.url).host, 'HOST').replace(/\(.*\)/, '(…)')).toBe(
      `error[hub-answer] Expected an answer of the Hub about hf://google/bert; what HOST answers is none (…).
hint: Check HF_ENDPOINT.`,
    )
  })

  it.each(['mirror.example', 'ftp://mirror'])('an endpoint that is no address: %s', async HF_ENDPOINT => {
    const { text } = await machine({ HF_ENDPOINT }).fetch('hf://google/bert')
    expect(text).toBe(
      `error[hub-endpoint] Expected HF_ENDPOINT to be the address of a Hub, as https://huggingface.co is; found "${HF_ENDPOINT}".
hint: Mend it, or unset it.`,
    )
  })

  it('nobody listens', async () => {
    const url = await closedPort()
    const { text } = await machine({ HF_ENDPOINT: url }).fetch('hf://google/bert')
    expect(text.replaceAll(new URL(url).host, 'HOST')).toBe(
      `error[no-network] Expected to fetch hf://google/bert, but HOST cannot be reached (ECONNREFUSED).
hint: Check the network, and HTTPS_PROXY where there is a proxy; then run again. What was fetched before is kept.`,
    )
  })
})
