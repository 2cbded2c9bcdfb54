import { jsonMistake } from './json-mistake.ts'

/** What a `tokenizer_config.json` says of the case of text, or what is wrong with the file. */
export interface DeclaredCase {
  readonly do_lower_case?: boolean
  readonly mistake?: string
}

/** Reads `do_lower_case` from the text of a `tokenizer_config.json`; nothing where there is no such file. */
export function declaredCase(text: string | undefined): DeclaredCase {
  if (text === undefined) return {}
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch {
    const { line = 1, column = 1, expected = 'JSON', found = 'something else' } = jsonMistake(text) ?? {}
    return { mistake: `Expected JSON, but at line ${line}, column ${column} stands ${found} in place of ${expected}.` }
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    return { mistake: 'Expected a JSON object.' }
  const { do_lower_case } = config as { readonly do_lower_case?: unknown }
  if (do_lower_case === undefined || do_lower_case === null) return {}
  if (typeof do_lower_case === 'boolean') return { do_lower_case }
  return { mistake: `Expected "do_lower_case" to be true or false, found ${JSON.stringify(do_lower_case)}.` }
}
