/** Content that is named by where it comes from and not by a path. */
export type Address = FileAddress | HubAddress

export interface FileAddress {
  readonly kind: 'file'
  /** As it was written, without the digest. */
  readonly text: string
  /** Without what stands behind a `#`. */
  readonly url: string
  /** The digest that the file must have: `https://…/train.json#sha256=…` goes wherever the address goes. */
  readonly sha256?: string
}

/** `hf://owner/name[@revision][/file]`, `hf://datasets/owner/name[@revision]/file`. */
export interface HubAddress {
  readonly kind: 'hub'
  readonly text: string
  readonly type: 'model' | 'dataset'
  /** `owner/name`. */
  readonly repo: string
  /** A branch, a tag or a commit. */
  readonly revision: string
  /** Without it, the repository's model in Hugging Face form is meant: a folder. */
  readonly file?: string
}

/** Whether a location is meant as an address. */
export const looksLikeAddress = (location: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(location)

/** Reads an address; where it is none, says in words what was expected. */
export const parseAddress = (text: string): Address | { readonly expected: string } => {
  const scheme = text.slice(0, text.indexOf('://')).toLowerCase()
  if (scheme === 'hf') return parseHub(text)
  if (scheme === 'https' || scheme === 'http') return parseFile(text)
  return { expected: 'a path, or an address that begins with https://, http:// or hf://' }
}

const parseFile = (text: string): Address | { readonly expected: string } => {
  if (!URL.canParse(text)) return { expected: 'an address such as https://example.org/train.json' }
  const url = new URL(text)
  if (url.username || url.password) return { expected: 'an address without a name and a password in it' }
  const { hash } = url
  url.hash = ''
  if (!/^#sha256=/i.test(hash)) return { kind: 'file', text, url: url.href }
  const sha256 = hash.slice('#sha256='.length).toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(sha256)) return { expected: 'an address with 64 hexadecimal digits behind `#sha256=`' }
  return { kind: 'file', text: text.slice(0, text.indexOf('#')), url: url.href, sha256 }
}

const name = '[A-Za-z0-9][\\w.-]*'
/** Some revisions of the Hub have slashes in them; in those of other names they are written `%2F`. */
const revision = 'refs/(?:pr|convert)/[^/@]+|[^/@]+'
const hub = new RegExp(`^hf://(?:(models|datasets)/)?(${name}/${name})(?:@(${revision}))?(?:/(.+?))?/?$`, 'i')

const parseHub = (text: string): Address | { readonly expected: string } => {
  if (text.includes('#')) return { expected: 'an address without `#`: pin it by @commit, or with `sha256:` beside it' }
  const [, prefix, repo = '', at = 'main', file] = hub.exec(text) ?? []
  const type = prefix?.toLowerCase() === 'datasets' ? 'dataset' : 'model'
  // Without a name, what should be the kind of a repository reads as an owner.
  const sound =
    repo !== '' && !/^(models|datasets|spaces)\//i.test(repo) && isSound(decoded(at)) && isSound(file ?? 'x')
  if (!sound) return { expected: 'hf://owner/name, hf://owner/name@revision or hf://owner/name@revision/file' }
  if (type === 'dataset' && file === undefined)
    return { expected: 'one file of a dataset, as hf://datasets/owner/name/file' }
  return { kind: 'hub', text, type, repo, revision: decoded(at), ...(file !== undefined && { file }) }
}

const decoded = (revision: string): string => revision.replaceAll(/%2f/gi, '/')

/** It becomes part of a path: nothing in it may lead out of the folder. */
const isSound = (path: string): boolean =>
  path.split('/').every(part => part !== '' && part !== '.' && part !== '..') && !/[\\\0]/.test(path)
