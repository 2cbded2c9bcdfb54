import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { machine } from './fetching.ts'
import { commitOf, hubServer } from './hub-server.ts'

// Beside Python's huggingface_hub, over one cache. SLUICE_PYTHON names a Python that has it, and torch and safetensors.
const python = process.env.SLUICE_PYTHON ?? ''

const first = commitOf('a')
const files = { 'config.json': '{"model_type":"bert"}', 'vocab.txt': '[PAD]\n', 'model.safetensors': 'the weights' }

const project = async (files: Readonly<Record<string, string | Buffer>>) => {
  const server = await hubServer({ 'o/n': { commits: { [first]: files }, refs: { main: first } } })
  const { folder, ...rest } = machine({ HF_ENDPOINT: server.url })
  const run = (code: string, env: Readonly<Record<string, string>> = {}) => {
    const ours = { HF_HOME: join(folder, 'hf'), HF_ENDPOINT: server.url, HF_HUB_DISABLE_TELEMETRY: '1' }
    const child = spawn(python, ['-c', code], { cwd: folder, env: { ...process.env, ...ours, ...env } })
    let [out, err] = ['', '']
    child.stdout.on('data', data => (out += data))
    child.stderr.on('data', data => (err += data))
    return new Promise<string>((resolve, reject) =>
      child.on('close', code => (code === 0 ? resolve(out) : reject(new Error(err)))),
    )
  }
  return { server, folder, python: run, ...rest }
}

describe.skipIf(python === '')(`with Python${python === '' ? ' (skipped: SLUICE_PYTHON is not set)' : ''}`, () => {
  it('finds what we have fetched, offline, and has nothing to say against the cache', async () => {
    const { fetch, python } = await project(files)
    expect((await fetch('hf://o/n')).text).toBe('')
    const code = `
from huggingface_hub import hf_hub_download, scan_cache_dir
print(open(hf_hub_download('o/n', 'model.safetensors')).read())
info = scan_cache_dir()
print(info.warnings, [(repo.repo_id, repo.nb_files) for repo in info.repos])`
    expect(await python(code, { HF_HUB_OFFLINE: '1' })).toBe("the weights\n[] [('o/n', 3)]\n")
  })

  it('leaves to us what it has fetched', async () => {
    const { server, fetch, where, python } = await project(files)
    await python(`from huggingface_hub import hf_hub_download; hf_hub_download('o/n', 'model.safetensors')`)
    expect(where('hf://o/n/model.safetensors').there).toBe(true)
    server.elsewhere.log.length = 0
    expect((await fetch('hf://o/n')).text).toBe('')
    expect(server.elsewhere.log).toEqual([])
  })

  it('makes a folder of a pickle with the line that we give', async () => {
    const made = await project({})
    await made.python(`import torch; torch.save({'a': torch.ones(2, 2), 'b': torch.zeros(3)}, 'p.bin')`)
    const pickle = readFileSync(join(made.folder, 'p.bin'))
    expect(await namesMadeOf({ 'config.json': '{}', 'pytorch_model.bin': pickle })).toBe("['a', 'b']\n")
  }, 120_000)

  it('makes a folder of weights in parts with the line that we give', async () => {
    const made = await project({})
    await made.python(`import torch; from safetensors.torch import save_file
save_file({'a': torch.ones(2, 2)}, '1'); save_file({'b': torch.zeros(3)}, '2')`)
    const [one, two] = ['1', '2'].map(name => readFileSync(join(made.folder, name)))
    const parts = {
      'config.json': '{}',
      'model.safetensors.index.json': '{}',
      'model-00001-of-00002.safetensors': one!,
      'model-00002-of-00002.safetensors': two!,
    }
    expect(await namesMadeOf(parts)).toBe("['a', 'b']\n")
  }, 120_000)
})

/** The names of the tensors in the folder that the line makes which is noted about a repository of these files. */
const namesMadeOf = async (files: Parameters<typeof project>[0]): Promise<string> => {
  const { fetch, where, python } = await project(files)
  await fetch('hf://o/n')
  const [, line = ''] = /python -c "(.*)"$/.exec(where('hf://o/n').note ?? '') ?? []
  await python(line)
  return python(`from safetensors.torch import load_file; print(sorted(load_file('n/model.safetensors')))`)
}
