import { type StageError, stageError } from '../plugin/stage-error.ts'

interface Look {
  readonly code: string
  readonly is: (text: string, bytes: Buffer) => boolean
  readonly what: string
  readonly hint: string
}

/** What people have in place of a safetensors file, by its first bytes. */
const looks: readonly Look[] = [
  {
    code: 'weights-lfs-pointer',
    is: text => text.startsWith('version https://git-lfs'),
    what: 'a git-lfs pointer',
    hint: 'The weights themselves were never downloaded: run `git lfs pull` in the folder, or download the file from its page.',
  },
  {
    code: 'weights-html',
    is: text => /^\s*<(!doctype|html|\?xml)/i.test(text),
    what: 'an HTML page',
    hint: 'The address that it was downloaded from answered with a web page: download the file again, by its direct link.',
  },
  {
    code: 'weights-pickle',
    is: (text, bytes) => text.startsWith('PK\x03\x04') || (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5),
    what: 'a PyTorch pickle (or another zip file)',
    hint: 'Convert it to safetensors; renaming a `pytorch_model.bin` is not enough.',
  },
]

/** The error for a file that cannot be safetensors, given its first bytes and the header length that they would mean. */
export function recognise(first: Buffer, size: number, announced: bigint, file: string): StageError {
  const text = first.toString('latin1').replace(/^\xef\xbb\xbf/, '')
  const look = looks.find(each => each.is(text, first))
  if (look)
    return stageError({
      code: look.code,
      message: `Expected a safetensors file; found ${look.what} of ${size} bytes.`,
      file,
      hint: look.hint,
    })
  if (size < 8)
    return stageError({
      code: 'weights-cut',
      message: `Expected a safetensors file; found ${size === 0 ? 'an empty file' : `a file of only ${size} bytes`}.`,
      file,
      hint: 'Download the file again.',
    })
  const cut = first[8] === 0x7b && announced > BigInt(size - 8)
  return stageError({
    code: cut ? 'weights-cut' : 'weights-damaged',
    message: cut
      ? `The file is cut short: it has ${size - 8} of ${announced} bytes of its header.`
      : `Expected a safetensors file; the ${size} bytes found do not begin like one.`,
    file,
    hint: 'Download the file again.',
  })
}
