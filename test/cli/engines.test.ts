import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { EngineState } from '../../src/tensor/engines-command.ts'
import { lookFrom } from '../../src/tensor/probe/look.ts'
import { needsTensorflow, tensorflowFolder, withTensorflow } from '../engines.ts'
import { folderWith, sluice, start } from './sluice.ts'

const gpu = '@tensorflow/tfjs-node-gpu'
const tfjsNode = '@tensorflow/tfjs-node'
const native = `node_modules/${tfjsNode}`
const version = JSON.stringify({ name: tfjsNode, version: '4.22.0', main: 'index.js' })
const installed = {
  [`${native}/package.json`]: version,
  [`${native}/lib/napi-v8/tfjs_binding.node`]: '',
  [`${native}/deps/lib/libtensorflow.so.2`]: '',
}

/** No device is looked for: the tests mean the same on a machine that has one. */
const hidden = { CUDA_VISIBLE_DEVICES: '-1' }
const engines = async (files: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  start(folderWith(files), ['engines', ...args], { env: hidden }).ended
const statesIn = (out: string): (EngineState & { auto?: object })[] =>
  out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
const tensorflowIn = (out: string) => statesIn(out).find(each => each.package === tfjsNode)

describe('pipeline engines', () => {
  it('tells of every engine, tried out, with the remedy of each that is not usable', async () => {
    const { code, out, err } = await engines({})
    expect([code, err]).toEqual([0, ''])
    const device = 'Unset CUDA_VISIBLE_DEVICES, or set it to the number of a device.'
    const indent = ' '.repeat(18)
    expect(out.replaceAll(/\d+ threads?/g, 'N threads').split('\n')).toEqual([
      'tensorflow  cuda  no: not installed; CUDA_VISIBLE_DEVICES is "-1", which hides every CUDA device',
      `${indent}Install it with \`npm install ${gpu}@4.22.0\` (downloads several hundred MB; needs Node 22 or older, CUDA 11 and cuDNN 8). ${device}`,
      'tensorflow  cpu   no: not installed',
      `${indent}Install it with \`npm install ${tfjsNode}@4.22.0\` (downloads about 400 MB; needs Node 22 or older).`,
      'onnx        cuda  no: ONNX Runtime\'s CUDA provider is not installed; CUDA_VISIBLE_DEVICES is "-1", which hides every CUDA device',
      `${indent}Fetch it with \`npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12\` (needs CUDA 12 and cuDNN 9). ${device}`,
      `onnx        cpu   usable: onnx (ONNX Runtime ${lookFrom().ourPackage('onnxruntime-node')!.version}, CPU, N threads)`,
      'reference   cpu   usable: reference (TensorFlow.js 4.22.0, plain JavaScript, N threads)',
      '',
      'CUDA: CUDA_VISIBLE_DEVICES is "-1", which hides every CUDA device',
      'engine onnx: `auto` takes ONNX Runtime, which comes with this package',
      '',
    ])
  })

  it('prints the same as JSON, a line each', async () => {
    const { code, out } = await engines({}, '--json')
    expect(code).toBe(0)
    expect(statesIn(out).map(({ engine, device, state, auto }) => auto ?? [engine, device, state])).toEqual([
      ['tensorflow', 'cuda', 'absent'],
      ['tensorflow', 'cpu', 'absent'],
      ['onnx', 'cuda', 'absent'],
      ['onnx', 'cpu', 'usable'],
      ['reference', 'cpu', 'usable'],
      { engine: 'onnx', device: 'cpu', package: 'onnxruntime-node', why: expect.any(String) },
    ])
  })

  it.each([
    [
      'throws',
      { [`${native}/index.js`]: 'throw new Error("libstdc++.so.6 is too old")' },
      /^The engine `tensorflow` could not be loaded from .*\/tfjs-node: libstdc\+\+\.so\.6 is too old$/,
    ],
    [
      'crashes',
      { [`${native}/index.js`]: 'console.error("Illegal instruction"); process.kill(process.pid, "SIGSEGV")' },
      /^The engine `tensorflow` on `cpu` failed: its process was ended by SIGSEGV\. Illegal instruction$/,
    ],
    [
      'registers nothing',
      { [`${native}/index.js`]: '' },
      /^The engine `tensorflow` could not be loaded from .*\/tfjs-node: it registered no backend$/,
    ],
  ])('finds out that a package which looks usable %s', async (_, files, says) => {
    const { code, out } = await engines({ ...installed, ...files }, '--json')
    expect(code).toBe(0)
    expect(tensorflowIn(out)).toMatchObject({ state: 'failed', says: expect.stringMatching(says) })
  })

  it('looks from the folder of a pipeline that is named', async () => {
    const folder = folderWith({ 'deep/p.yaml': 'name: p\n', [`deep/${native}/package.json`]: version })
    expect(tensorflowIn((await sluice(folder, 'engines', 'deep/p.yaml', '--json')).out)?.state).toBe('no-addon')
    expect(tensorflowIn((await sluice(folder, 'engines', '--json')).out)?.state).toBe('absent')
    const { code, err } = await sluice(folder, 'engines', 'none.yaml')
    expect([code, err.includes('none.yaml')]).toEqual([2, true])
  })
})

const project = () => {
  const folder = folderWith({})
  cpSync(new URL('../cases/63-ways-to-write-a-learning-rate', import.meta.url).pathname, folder, { recursive: true })
  return folder
}
const short = ['--set', 'stages.train.with.max_steps=2', '--set', 'stages.train.with.num_train_epochs=1']

describe('a run', () => {
  it('refuses a device that is not there before anything runs, and shows where it was asked for', async () => {
    const folder = project()
    const args = ['run', 'pipeline.yaml', '--set', 'stages.train.with.device=cuda']
    const { code, err } = await start(folder, args, { env: hidden }).ended
    expect(code).toBe(2)
    expect(err.split('\n')).toEqual([
      'error[device-not-usable] --set: No engine can use `device: cuda`; CUDA_VISIBLE_DEVICES is "-1", which hides every CUDA device.',
      '  --set stages.train.with.device=cuda',
      '                                 ^^^^',
      'hint: Unset CUDA_VISIBLE_DEVICES, or set it to the number of a device. Or set `device: cpu`.',
      '',
    ])
  })

  it('with nothing to do loads no engine, no bundler and no native library', async () => {
    const folder = project()
    await sluice(folder, 'run', 'pipeline.yaml', ...short, '--set', 'stages.train.with.engine=onnx')
    const loaded = join(folder, 'loaded.txt')
    writeFileSync(
      join(folder, 'hooks.mjs'),
      `import { appendFileSync } from 'node:fs'
export const resolve = async (specifier, context, next) => {
  const found = await next(specifier, context)
  appendFileSync(${JSON.stringify(loaded)}, found.url + '\\n')
  return found
}`,
    )
    writeFileSync(
      join(folder, 'spy.mjs'),
      `import { appendFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'
const hooks = ${JSON.stringify(pathToFileURL(join(folder, 'hooks.mjs')).href)}
register(hooks)
const { cache } = createRequire(import.meta.url)
process.on('exit', () => {
  const libraries = process.report.getReport().sharedObjects
  appendFileSync(${JSON.stringify(loaded)}, [...Object.keys(cache), ...libraries].join('\\n'))
})`,
    )
    const env = { NODE_OPTIONS: `--import=${pathToFileURL(join(folder, 'spy.mjs')).href}` }
    const { code, out } = await start(folder, ['run', 'pipeline.yaml', ...short], { env }).ended
    expect([code, out]).toEqual([0, expect.stringContaining('train: reused')])
    const files = readFileSync(loaded, 'utf8').split('\n')
    expect(files.some(file => file.endsWith('/dist/stages/train.js'))).toBe(true)
    expect(files.filter(file => /node_modules\/(@tensorflow|onnxruntime|esbuild|jiti)|\.node$/.test(file))).toEqual([])
  })

  it.runIf(withTensorflow)(
    `trains on the TensorFlow beside its pipeline, and has it in the key (${needsTensorflow})`,
    async () => {
      const folder = project()
      symlinkSync(join(tensorflowFolder!, 'node_modules'), join(folder, 'node_modules'))
      const onTensorflow = [...short, '--set', 'stages.train.with.engine=tensorflow']
      const { code, out, err } = await sluice(folder, 'run', 'pipeline.yaml', ...onTensorflow)
      expect([code, err]).toEqual([0, ''])
      expect(out).toMatch(
        /^train: engine tensorflow: asked for; tensorflow \(TensorFlow\.js 4\.22\.0, TensorFlow [\d.]+, CPU\)$/m,
      )

      const asked = [...short, '--set', 'stages.train.with.device=cpu', '--set', 'stages.train.with.engine=tensorflow']
      expect((await sluice(folder, 'plan', 'pipeline.yaml', '--exit-code', ...asked)).code).toBe(0)
      // As `auto` would come to another engine on another machine.
      const explained = await sluice(folder, 'explain', 'pipeline.yaml', ...short)
      expect(explained.out).toContain('on this machine, engine changed: "tensorflow" → "onnx"')
    },
  )
})
