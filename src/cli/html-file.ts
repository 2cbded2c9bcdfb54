import { closeSync, existsSync, openSync, readSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { builtins } from '../library/builtins.ts'
import type { ComparedRuns } from '../plugin/stage-command.ts'
import { mistake } from './arguments.ts'
import { whyNotWritable } from './output-file.ts'

export interface HtmlFile {
  readonly path: string
  write(compared: ComparedRuns): void
}

/** Where the page of a comparison goes; only a page of ours is replaced. The stage `report` brings along what writes it. */
export const openHtml = async (name: string): Promise<HtmlFile> => {
  const path = resolve(name)
  const why = whyNotWritable(path)
  if (why !== undefined) throw diagnosticsError(mistake('html-not-writable', `--html names a file; ${path} ${why}.`))
  const { comparisonPage } = await builtins.report!()
  if (!comparisonPage) throw new Error('the stage report exports no comparisonPage')
  if (existsSync(path) && !beginsWith(path, comparisonPage.mark))
    throw diagnosticsError(
      mistake(
        'html-not-ours',
        `Expected nothing at ${path}, or a page that we wrote; found another file.`,
        'Name another file, or move that one away.',
      ),
    )
  return { path, write: compared => writeFileSync(path, comparisonPage.write(compared)) }
}

const beginsWith = (path: string, mark: string): boolean => {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(Buffer.byteLength(mark))
    return readSync(file, bytes) === bytes.length && bytes.toString() === mark
  } finally {
    closeSync(file)
  }
}
