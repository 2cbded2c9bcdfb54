// Loaded into the command with `--import`: kills its whole process with SIGKILL at one exact moment, which SLUICE_KILL_AT names:
//   cutting                the second thread that tokenizes has its vocabulary, and has cut nothing yet
//   step 6                 a training step was made and told
//   batch 7                before a batch, of training or of an evaluation, counted from 1
//   evaluated 6            the logits of an evaluation are computed, and nothing is done with them yet
//   ranked 6               an evaluation is done, and its checkpoint not begun
//   rename checkpoint-8    a checkpoint is written, but does not have its name yet
//   stored 5               five results are in their places, and nothing is tidied up after the fifth
// SLUICE_KILL_BY is another way to die, which a thread may take alone.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'

const [what, which] = (process.env.SLUICE_KILL_AT ?? '').split(' ')
const ways = {
  kill: () => process.kill(process.pid, 'SIGKILL'),
  exit: () => process.exit(3),
  throw() {
    throw new Error('a mistake of ours')
  },
  memory() {
    for (const all = []; ; ) all.push(new Array(1e6).fill(0))
  },
}
const die = ways[process.env.SLUICE_KILL_BY ?? 'kill']

if (what === 'cutting' && !isMainThread && workerData?.do_lower_case !== undefined) die()

if (!isMainThread && parentPort) {
  const post = parentPort.postMessage.bind(parentPort)
  let evaluated
  parentPort.postMessage = (message, ...rest) => {
    post(message, ...rest)
    if (message.is === 'evaluated') evaluated = message.evaluated.step
    const step = message.report?.step ?? message.evaluated?.step
    if (message.is === what && step === Number(which)) die()
  }
  if (what === 'ranked') {
    const once = parentPort.once.bind(parentPort)
    parentPort.once = (name, listener) => once(name, value => (evaluated === Number(which) ? die() : listener(value)))
  }
  if (what === 'batch') {
    // The thread looks whether it is to stop before each batch, in shared memory.
    const load = Atomics.load
    let batches = 0
    Atomics.load = (array, at) => {
      if (array.length === 1 && ++batches === Number(which)) die()
      return load(array, at)
    }
  }
}

if (what === 'rename') {
  const { rename } = fs.promises
  fs.promises.rename = (from, to) => {
    if (String(to).endsWith(`/${which}`)) die()
    return rename(from, to)
  }
  syncBuiltinESMExports()
}

if (what === 'stored') {
  const { rename } = fs.promises
  let stored = 0
  fs.promises.rename = async (from, to) => {
    await rename(from, to)
    if (String(to).includes('/entries/') && ++stored === Number(which)) die()
  }
  syncBuiltinESMExports()
}
