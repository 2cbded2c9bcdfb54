import { Writable } from 'node:stream'

/** A stream that remembers what was written, with the look of a terminal where a size is given. */
export const memoryStream = (size?: { columns: number; rows: number }) => {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  const text = () => chunks.join('')
  return { stream: Object.assign(stream, size, { isTTY: size !== undefined }) as NodeJS.WriteStream, text }
}
