import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { casePath } from '../squad/case.ts'
import { folderWith, sluice, start } from './sluice.ts'

const model = casePath('65-resume-gives-the-same-weights', 'm')

it('answers over HTTP until it is told to stop, and answers what was asked before it does', async () => {
  const { child, ended } = start(folderWith({}), ['serve', model, '--port', '0', '--json'])
  const [line] = await once(child.stdout!, 'data')
  const { url } = JSON.parse(line)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  const ask = async (context: string) =>
    fetch(`${url}predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: 'what is by it ?', context }),
    })
  const first = await ask('a cat is by the house')
  expect([first.status, Object.keys((await first.json()) as object)]).toEqual([200, ['answer', 'probability']])
  let answered = false
  const last = ask('a cat is by the house '.repeat(1000)).finally(() => {
    answered = true
  })
  let waiting = 0
  while (!answered && waiting === 0)
    waiting = ((await (await fetch(`${url}health`)).json()) as { waiting: number }).waiting
  child.kill('SIGTERM')
  expect((await last).status).toBe(200)
  expect(await ended).toMatchObject({ code: 0, err: '' })
})

it('says where it cannot listen', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const { code, out, err } = await sluice(folderWith({}), 'serve', model, '--port', `${port}`)
  taken.close()
  expect([code, out, err]).toEqual([
    2,
    '',
    `error[not-listening] Expected to listen on 127.0.0.1, port ${port}, but another program listens there.\nhint: Name another one with --port, or --port 0 for any that is free.\n`,
  ])
})
