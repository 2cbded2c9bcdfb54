/**
 * A line of Python to paste into a shell, as a template: what is filled in stands there as a string of Python. Those are
 * names that others chose, perhaps so that a shell or Python takes a part of them for a command: there is a line only
 * where nothing in them means anything to `sh`, its history, cmd, PowerShell or Python.
 *
 * @returns `undefined` where a name has more in it than that; in the template's own text nothing may be special either.
 */
export const python = (code: TemplateStringsArray, ...names: readonly string[]): string | undefined => {
  if (!names.every(isPlain)) return undefined
  const text = code.map((part, index) => (index === 0 ? part : `'${names[index - 1]}'${part}`)).join('')
  return `python -c "${text.trim().replaceAll(/\s*\n\s*/g, ' ')}"`
}

/** `*` is for patterns: between quotes a shell leaves it alone. */
const isPlain = (name: string): boolean => /^[\p{L}\p{M}\p{N} _.,:+@=/~*()-]*$/u.test(name)
