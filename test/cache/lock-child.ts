// A process that takes locks, one after the other, and checks each time that nobody else alive holds it too. Arguments:
// folder, names of the locks, and after how many milliseconds it kills itself (0: never).
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { takeLock } from '../../src/cache/lock.ts'
import { fateOf, thisProcess } from '../../src/cache/owner.ts'

const [folder = '', names = '', dieAfter = '0'] = process.argv.slice(2)
if (Number(dieAfter) > 0) setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(dieAfter))

for (const name of names.split(',')) {
  const lock = await takeLock(join(folder, 'locks', name), join(folder, 'tmp'))
  const inside = join(folder, `${name}.inside`)
  const other = read(inside)
  if (other !== '' && fateOf(other, false) !== 'dead')
    appendFileSync(join(folder, 'violations.txt'), `${name} ${other}\n`)
  writeFileSync(inside, thisProcess())
  await sleep(Math.random() * 4)
  if (read(inside) !== thisProcess()) appendFileSync(join(folder, 'violations.txt'), `${name} taken over\n`)
  rmSync(inside, { force: true })
  appendFileSync(join(folder, 'taken.txt'), `${name}\n`)
  await lock.release()
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
