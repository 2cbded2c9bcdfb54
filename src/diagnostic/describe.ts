/** What was found, for messages: `the string "12"`, `the number 0`, `a list`, `null`. */
export const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (typeof value === 'string') return `the string ${quoted(value)}`
  if (typeof value === 'number') return `the number ${numeral(value)}`
  if (typeof value === 'boolean') return `the boolean ${value}`
  return Array.isArray(value) ? 'a list' : 'a map'
}

const longest = 60

const quoted = (text: string): string =>
  JSON.stringify(text.length > longest ? `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…` : text)

// As YAML spells them.
const numeral = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf'
