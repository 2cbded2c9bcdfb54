import { createHash } from 'node:crypto'
import { type FileServer, fileServer, type Served, sha256 } from './file-server.ts'

/** What a repository holds at one commit. Files whose names end in `.safetensors` or `.bin` are large: they lie elsewhere. */
export type Commit = Readonly<Record<string, string | Buffer>>

export interface Repository {
  readonly type?: 'model' | 'dataset'
  readonly commits: Readonly<Record<string, Commit>>
  /** Branches and tags. */
  readonly refs: Readonly<Record<string, string>>
  /** Answers this to everything. */
  readonly refuses?: { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The one token that may read it. */
  readonly token?: string
}

export interface Hub extends FileServer {
  /** The host to which large files are redirected. */
  readonly elsewhere: FileServer
  /** What goes wrong with a large file, by name. */
  readonly trouble: Map<string, Partial<Served>>
}

export const commitOf = (letter: string): string => letter.repeat(40)
const gitDigest = (body: string | Buffer) => {
  const hash = createHash('sha1').update(`blob ${Buffer.byteLength(body)}\0`)
  return hash.update(body).digest('hex')
}
const isLarge = (name: string) => /\.(safetensors|bin)$/.test(name)

/** A server that answers as the Hub does, as far as it is asked here. */
export const hubServer = async (repositories: Readonly<Record<string, Repository>>): Promise<Hub> => {
  const server = await fileServer()
  const elsewhere = await fileServer()
  const trouble: Hub['trouble'] = new Map()
  for (const [repo, repository] of Object.entries(repositories)) {
    const { type = 'model', commits, refs } = repository
    const serve = (path: string, served: Served) =>
      server.files.set(path, ({ headers }) => {
        const { token, refuses } = repository
        if (refuses) return { body: '', ...refuses }
        if (token !== undefined && headers.authorization !== `Bearer ${token}`)
          return headers.authorization === undefined
            ? { body: '', status: 401, headers: { 'x-error-code': 'RepoNotFound' } }
            : { body: '', status: 401, headers: { 'x-error-message': 'Invalid credentials in Authorization header' } }
        return served
      })
    const json = (value: unknown): Served => ({
      body: JSON.stringify(value),
      headers: { 'content-type': 'application/json' },
    })
    const info = (revision: string, sha: string) =>
      serve(`/api/${type}s/${repo}/revision/${revision}`, json({ _id: '1', id: repo, sha, lastModified: '2026-01-01' }))
    for (const [name, commit] of Object.entries(refs)) info(name, commit)
    serve(`/api/${type}s/${repo}/revision/*`, {
      body: '',
      status: 404,
      headers: { 'x-error-code': 'RevisionNotFound' },
    })
    for (const [commit, files] of Object.entries(commits)) {
      info(commit, commit)
      const folders = new Set(Object.keys(files).map(path => path.split('/').slice(0, -1).join('/')))
      for (const folder of folders) {
        const inside = Object.entries(files).filter(([path]) => path.split('/').slice(0, -1).join('/') === folder)
        const tree = inside.map(([path, body]) => ({
          type: 'file',
          path,
          oid: isLarge(path) ? gitDigest(`pointer to ${path}`) : gitDigest(body),
          size: Buffer.byteLength(body),
          ...(isLarge(path) && { lfs: { oid: sha256(body), size: Buffer.byteLength(body), pointerSize: 130 } }),
        }))
        serve(`/api/${type}s/${repo}/tree/${commit}${folder && `/${folder}`}`, json(tree))
      }
      const names = [commit, ...Object.keys(refs).filter(name => refs[name] === commit)]
      const places = names.flatMap(revision => Object.entries(files).map(file => [revision, ...file] as const))
      for (const [revision, path, body] of places) {
        const at = `/${type === 'dataset' ? 'datasets/' : ''}${repo}/resolve/${revision}/${path}`
        const headers = { 'x-repo-commit': commit }
        if (!isLarge(path)) serve(at, { body, etag: `"${gitDigest(body)}"`, headers })
        else {
          const location = `${elsewhere.url}/${sha256(body)}`
          const linked = { 'x-linked-etag': `"${sha256(body)}"`, 'x-linked-size': String(Buffer.byteLength(body)) }
          serve(at, { body: '', status: 302, headers: { ...headers, ...linked, location } })
          elsewhere.files.set(`/${sha256(body)}`, () => ({ body, etag: '"its own"', ...trouble.get(path) }))
        }
      }
    }
  }
  // A revision that is none of a repository's.
  const get = server.files.get.bind(server.files)
  server.files.get = path => get(path) ?? get(path.replace(/(\/revision\/).*/, '$1*')) ?? undefined
  return { ...server, elsewhere, trouble }
}
