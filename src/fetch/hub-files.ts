import { basename } from 'node:path'
import { didYouMean } from '../diagnostic/nearest.ts'
import { python } from '../diagnostic/python-line.ts'
import type { HubAddress } from '../plan/address.ts'
import type { Written } from '../plan/plan.ts'
import { wrong } from './wrong.ts'

/** A file of a repository. */
export interface HubFile {
  readonly path: string
  readonly bytes: number
  /** The name of its content in the cache: a SHA-256, or git's SHA-1. */
  readonly etag: string
}

/** What a model in Hugging Face form is made of, but for its weights: configuration and tokenizers. */
const small: ReadonlySet<string> = new Set([
  'added_tokens.json',
  'config.json',
  'generation_config.json',
  'merges.txt',
  'sentencepiece.bpe.model',
  'special_tokens_map.json',
  'spiece.model',
  'tokenizer.json',
  'tokenizer.model',
  'tokenizer_config.json',
  'vocab.json',
  'vocab.txt',
])

const whole = 'model.safetensors'
const inParts = /^model(-\d+-of-\d+\.safetensors|\.safetensors\.index\.json)$/
const pickles = /\.(bin|pt|pth|ckpt)$/
const otherForms = /\.(h5|msgpack|onnx|ot)$/

/** What an address means of the files beside which it stands; throws where there is no such thing. */
export const wantedFiles = <F extends { readonly path: string }>(
  address: HubAddress,
  files: readonly F[],
  at: { readonly written: Written; readonly commit: string },
): readonly F[] => {
  const { text, repo, file } = address
  const names = files.map(({ path }) => path)
  if (file !== undefined) {
    const found = files.filter(({ path }) => path === file)
    if (found.length > 0) return found
    const hint = didYouMean(file, names, 'Files beside it')
    throw wrong(at, {
      code: 'hub-file',
      message: `Expected a file of ${repo}; it has no \`${file}\` at ${at.commit} (${text}).`,
      ...(hint !== undefined && { hint }),
    })
  }
  const wanted = files.filter(({ path }) => small.has(path) || path === whole)
  if (wanted.length > 0) return wanted
  throw wrong(at, {
    code: 'hub-not-a-model',
    message: `Expected a model in Hugging Face form; ${repo} has no config.json at ${at.commit} (${text}).`,
    hint: `It has ${names.length === 0 ? 'no files' : names.slice(0, 8).join(', ')}. Name one of a repository's files: hf://${repo}/FILE.`,
  })
}

/** What is said of a model whose weights are in no form that we read, and so are left out. */
export const noteOnWeights = ({ repo }: HubAddress, names: readonly string[], commit: string): string | undefined => {
  if (names.includes(whole)) return undefined
  if (names.some(name => inParts.test(name)))
    return `${repo} has its weights in parts, which are not fetched; ${toBeNamed(joined(repo, commit))}`
  const pickle =
    names.find(name => pickles.test(name) && name.startsWith('pytorch_model')) ?? names.find(name => pickles.test(name))
  if (pickle !== undefined)
    return `${repo} has ${pickle}, a PyTorch pickle, which is not fetched; ${toBeNamed(converted(repo, pickle, commit))}`
  const other = names.find(name => otherForms.test(name))
  return other && `${repo} has ${other}, which is not fetched: only safetensors files are read.`
}

const toBeNamed = (line: string | undefined): string =>
  line === undefined
    ? `download it, write its tensors to one ${whole} with Python's safetensors, and name that folder instead.`
    : `this makes a folder of it to be named instead: ${line}`

/** Fetches and joins in Python. */
const joined = (repo: string, commit: string) => python`
  import glob; from huggingface_hub import snapshot_download; from safetensors.torch import load_file, save_file;
  d = snapshot_download(${repo}, revision=${commit}, local_dir=${`./${basename(repo)}`}, allow_patterns=['*.json', 'vocab.txt', 'model-*.safetensors']);
  w = {k: v for f in glob.glob(d + '/model-*.safetensors') for k, v in load_file(f).items()};
  save_file(w, d + ${`/${whole}`}, {'format': 'pt'})`

/** Fetches and converts in Python; tied tensors are written apart. Parts (`pytorch_model-00001-of-…`) are put together. */
const converted = (repo: string, pickle: string, commit: string) => {
  const pattern = pickle.replace(/-\d+-of-\d+/, '-*')
  return python`
    import glob, torch; from huggingface_hub import snapshot_download; from safetensors.torch import save_file;
    d = snapshot_download(${repo}, revision=${commit}, local_dir=${`./${basename(repo)}`}, allow_patterns=['*.json', 'vocab.txt', ${pattern}]);
    w = {k: v for f in glob.glob(d + ${`/${pattern}`}) for k, v in torch.load(f, map_location='cpu', weights_only=True).items()};
    save_file({k: v.clone().contiguous() for k, v in w.items()}, d + ${`/${whole}`}, {'format': 'pt'})`
}
