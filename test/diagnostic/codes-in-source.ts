import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ESTree, parseSync, Visitor } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Codes {
  /** Each code, with a file that gives it. */
  readonly found: ReadonlyMap<string, string>
  /** Places that give a code which cannot be told from the source. */
  readonly unclear: readonly string[]
}

/**
 * The codes of diagnostics in the sources. A code is given in two ways: as the property `code` of an object, or as the
 * argument for a parameter of the name `code`. There it is a text, a choice of texts, or handed on from such a place;
 * anything else is unclear. Names in capitals are those of Node's and YAML's own errors.
 */
export const codesInSource = (): Codes => {
  const files = ['src', 'stages'].flatMap(sources).map(parse)
  const found = new Map<string, string>()
  const unclear: string[] = []
  for (const { file, program, text, taking, imported } of files) {
    const give = (node: ESTree.Node): void => {
      if (node.type === 'ConditionalExpression') for (const branch of [node.consequent, node.alternate]) give(branch)
      if (node.type === 'ConditionalExpression') return
      const value = node.type === 'Literal' ? node.value : undefined
      if (typeof value === 'string' && /^[a-z0-9-]+$/.test(value)) found.set(value, found.get(value) ?? file)
      else if (!(typeof value === 'string' && /^[A-Z_]*$/.test(value)) && !isHandedOn(node))
        unclear.push(`${file}: ${text.slice(node.start, node.end)}`)
    }
    /** Where a function that is called takes a code, if it does. */
    const placeOf = (callee: ESTree.Node): number | undefined => {
      if (callee.type === 'MemberExpression' && callee.property.type === 'Identifier') {
        const { name } = callee.property
        return files.map(each => each.methods.get(name)).find(place => place !== undefined)
      }
      if (callee.type !== 'Identifier') return undefined
      const from = imported.get(callee.name)
      return taking.get(callee.name) ?? files.find(each => each.file === from)?.taking.get(callee.name)
    }
    new Visitor({
      ObjectExpression(object) {
        // An object that says nothing beside the code (a digest of code) is no diagnostic.
        const code = fieldOf(object, 'code')
        if (code && ['message', 'severity', 'hint'].some(name => fieldOf(object, name))) give(code)
      },
      CallExpression({ callee, arguments: given }) {
        const argument = given[placeOf(callee) ?? -1]
        if (argument) give(argument)
      },
    }).visit(program)
  }
  return { found, unclear }
}

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.includes('generated/'))
    .map(file => join(folder, file))

/** A file, with the place of the parameter `code` in its functions and in the methods of its interfaces, by their names. */
const parse = (file: string) => {
  const text = readFileSync(join(root, file), 'utf8')
  const { program } = parseSync(file, text)
  const taking = new Map<string, number>()
  const methods = new Map<string, number>()
  const imported = new Map<string, string>()
  const note = (name: string, params: readonly ESTree.Node[], into = taking) => {
    const place = params.findIndex(param => param.type === 'Identifier' && param.name === 'code')
    if (place >= 0) into.set(name, place)
  }
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && init?.type === 'ArrowFunctionExpression') note(id.name, init.params)
    },
    TSMethodSignature({ key, params }) {
      if (key.type === 'Identifier') note(key.name, params, methods)
    },
    ImportDeclaration({ source, specifiers }) {
      if (source.value.startsWith('.'))
        for (const { local } of specifiers) imported.set(local.name, join(dirname(file), source.value))
    },
  }).visit(program)
  return { file, text, program, taking, methods, imported }
}

/** `code` itself, `found.code`: given elsewhere. */
const isHandedOn = (node: ESTree.Node): boolean =>
  (node.type === 'Identifier' && node.name === 'code') ||
  (node.type === 'MemberExpression' && node.property.type === 'Identifier' && node.property.name === 'code')

const fieldOf = ({ properties }: ESTree.ObjectExpression, name: string): ESTree.Node | undefined => {
  const named = (each: ESTree.ObjectPropertyKind) =>
    each.type === 'Property' && each.key.type === 'Identifier' && each.key.name === name
  const property = properties.find(named)
  return property?.type === 'Property' ? property.value : undefined
}
