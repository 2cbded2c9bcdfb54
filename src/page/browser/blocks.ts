import type { Blocks } from '../page-data.ts'

/** Unpacks a block of the page; nothing where the page has no such block. */
export async function readBlock<Name extends keyof Blocks>(name: Name): Promise<Blocks[Name] | undefined> {
  const text = document.getElementById(name)?.textContent
  if (!text) return undefined
  const characters = atob(text)
  const bytes = new Uint8Array(characters.length)
  for (let index = 0; index < bytes.length; index++) bytes[index] = characters.charCodeAt(index)
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).json()
}
