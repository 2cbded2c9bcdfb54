import { readText } from './read-text.ts'
import { parseVocabulary } from './vocabulary.ts'

/**
 * The tokens of a vocabulary file by id; `undefined` where there is no such file.
 * @param files of a stage: declares the file as read
 * @throws stageError as `readText`
 */
export async function readVocabulary(
  path: string,
  files: (path: string) => Promise<string | undefined>,
): Promise<readonly string[] | undefined> {
  const file = await files(path)
  return file === undefined ? undefined : parseVocabulary(await readText(file)).tokens
}

/**
 * The first id that means another token to the model than to the windows, as a clause for a message; `undefined` where
 * there is none. The model may know more tokens.
 * @param where the model's vocabulary stands
 */
export function otherToken(windows: readonly string[], model: readonly string[], where: string): string | undefined {
  const id = windows.findIndex((token, at) => token !== model[at])
  if (id < 0) return undefined
  return `id ${id} is \`${windows[id]}\`, in ${where} ${model[id] === undefined ? 'nothing' : `\`${model[id]}\``}`
}
