/** A JSON pointer (RFC 6901) from its segments: `['a', 0]` → `/a/0`. */
export const toPointer = (path: readonly (string | number)[]): string =>
  path.map(segment => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** The segments of a JSON pointer, indices as numbers where they look like one. */
export const fromPointer = (pointer: string): (string | number)[] =>
  pointer
    .split('/')
    .slice(1)
    .map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map(segment => (/^(0|[1-9]\d*)$/.test(segment) ? Number(segment) : segment))

/** A pointer as people write it: `/files/0/path` → `files[0].path`. */
export const spoken = (pointer: string): string =>
  fromPointer(pointer)
    .map((segment, index) => (typeof segment === 'number' ? `[${segment}]` : `${index > 0 ? '.' : ''}${segment}`))
    .join('')
