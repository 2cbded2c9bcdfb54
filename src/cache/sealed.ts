import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { digestOfText } from './canonical.ts'
import { makeFolder } from './make-folder.ts'

/** JSON beside a digest of itself, so that no damage to it goes unnoticed. */
export const seal = (value: object): string => {
  const text = JSON.stringify(value)
  return sealed(text, digestOfText(text))
}

const [begin, between, end] = ['{"value":', ',"digest":"', '"}\n']
const sealed = (text: string, digest: string): string => `${begin}${text}${between}${digest}${end}`

/** What was sealed, which therefore has the type that it had; `undefined` where the text is not whole. */
export const unseal = <T extends object>(text: string): T | undefined => {
  // The text of the value is where `seal` has put it: made anew from what was read, it would take as long again.
  const value = text.slice(begin.length, -(between.length + 64 + end.length))
  return text === sealed(value, digestOfText(value)) ? JSON.parse(value) : undefined
}

/** What was sealed in a file; `undefined` where there is none, or it is not whole. */
export const readSealed = <T extends object>(file: string): T | undefined => {
  try {
    return unseal<T>(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Seals a value in a file by way of another (`prepared`), so that a reader sees it as it was or as it will be. For what only saves
 * time: where it cannot be written, it is not.
 */
export const writeSealed = (file: string, value: object, prepared = `${file}.${process.pid}`): void => {
  try {
    makeFolder(dirname(file))
    writeFileSync(prepared, seal(value))
    renameSync(prepared, file)
  } catch {
    // What is wrong with the folder is said when the cache is opened.
  }
}
