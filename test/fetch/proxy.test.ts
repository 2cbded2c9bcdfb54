import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { machine } from './fetching.ts'
import { fileServer } from './file-server.ts'

/** A proxy that tunnels everything to one place, wherever it is asked to. */
const proxyTo = async (target: string) => {
  const asked: string[] = []
  const server = createServer().on('connect', ({ url }, socket) => {
    asked.push(url!)
    const there = connect(Number(new URL(target).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      there.pipe(socket).pipe(there)
    })
    socket.on('error', () => there.destroy())
    there.on('error', () => socket.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

it('goes through the proxy that the environment names, but for the hosts that it excepts', async () => {
  const server = await fileServer({ '/a': { body: 'abc' } })
  const proxy = await proxyTo(server.url)
  const { fetch } = machine()
  const env = { http_proxy: proxy.url, no_proxy: '127.0.0.1' }
  expect((await fetch('http://data.example/a', { env })).last).toEqual({ status: 'fetched', bytes: 3 })
  expect((await fetch(`${server.url}/a`, { env })).last).toEqual({ status: 'fetched', bytes: 3 })
  expect(proxy.asked).toEqual(['data.example:80'])
})
