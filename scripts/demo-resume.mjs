// Shows that a training which is killed goes on: trains the sample for a few steps undisturbed, then again with a kill -9 in
// the middle of a step, then runs the same command once more, and compares the models' bytes.
// usage: npm run demo:resume
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Steps of the whole training; a checkpoint is made every `SAVE`; the kill comes in the step after `KILL`. */
const [STEPS, SAVE, KILL] = [40, 10, 26]

const folder = mkdtempSync(join(tmpdir(), 'sluice-resume-'))
try {
  console.log(`undisturbed: ${STEPS} steps`)
  await run('undisturbed')
  console.log(`killed: the same, with kill -9 in step ${KILL + 1}`)
  const { killed } = await run('killed', KILL)
  if (!killed) throw new Error('The training ended before it could be killed.')
  console.log('killed: run again')
  await run('killed')
  const [expected, found] = ['undisturbed', 'killed'].map(name =>
    createHash('sha256')
      .update(readFileSync(join(folder, name, 'model', 'model.safetensors')))
      .digest('hex'),
  )
  console.log(`model.safetensors, undisturbed: ${expected}\nmodel.safetensors, killed:      ${found}`)
  if (found !== expected) throw new Error('The models differ.')
  console.log('equal')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Runs the sample's training and saving with a cache and an output folder of this name; kills it after a step. */
async function run(name, killAfter) {
  const settings = {
    'stages.train.with.max_steps': STEPS,
    'stages.train.with.save_steps': SAVE,
    'stages.train.with.logging_steps': 1,
    'stages.save.with.output_dir': join(folder, name, 'model'),
  }
  const child = spawn(
    process.execPath,
    [
      'dist/cli.js',
      'run',
      'squad.yaml',
      '--until=save',
      '--json',
      `--cache-dir=${join(folder, name, 'cache')}`,
      ...Object.entries(settings).map(([path, value]) => `--set=${path}=${value}`),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = new Promise(resolve => child.once('exit', (code, signal) => resolve({ code, signal })))
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line)
    if (event.event === 'log' && /goes on from/.test(event.message)) console.log(`  ${event.message}`)
    // A step takes about a tenth of a second: half of that lies within the next one.
    if (event.event === 'step' && event.step === killAfter) setTimeout(() => child.kill('SIGKILL'), 50)
  }
  const { code, signal } = await ended
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`The run ended with ${code ?? signal}.`)
  return { killed: signal === 'SIGKILL' }
}
