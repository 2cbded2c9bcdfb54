import { gunzipSync } from 'node:zlib'
import type { Blocks } from '../../src/page/page-data.ts'

/** What a page holds, unpacked. */
export const unpack = (page: string): Blocks =>
  Object.fromEntries(
    [...page.matchAll(/<script type="text\/plain" id="(\w+)">([^<]*)<\/script>/g)].map(([, id, text]) => [
      id,
      JSON.parse(gunzipSync(Buffer.from(text!, 'base64')).toString()),
    ]),
  ) as unknown as Blocks
