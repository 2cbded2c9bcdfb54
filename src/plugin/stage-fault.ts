import { describe } from '../diagnostic/describe.ts'
import { isMap } from './json-schema.ts'

/** What is wrong with a value that should be a stage (`defineStage`), or `undefined` where nothing is. */
export const stageFault = (value: unknown): string | undefined => {
  if (!isMap(value)) return `it is ${describe(value)}`
  for (const [part, { expected, fits }] of Object.entries(parts))
    if (!fits(value[part])) return `its \`${part}\` must be ${expected}; found ${found(value[part])}`
  return portFault('inputs', value.inputs) ?? portFault('outputs', value.outputs)
}

const isText = (value: unknown) => typeof value === 'string' && value !== ''
const isFunction = (value: unknown) => typeof value === 'function'
const orAbsent = (fits: (value: unknown) => boolean) => (value: unknown) => value === undefined || fits(value)
const found = (value: unknown) => (isFunction(value) ? 'a function' : describe(value))

const parts: Readonly<Record<string, { readonly expected: string; fits(value: unknown): boolean }>> = {
  name: { expected: 'a string that is not empty', fits: isText },
  version: { expected: 'an integer', fits: Number.isInteger },
  summary: { expected: 'a string that is not empty', fits: isText },
  config: { expected: 'a schema (`Type.Object({ … })`)', fits: isMap },
  inputs: { expected: 'a map of ports', fits: orAbsent(isMap) },
  outputs: { expected: 'a map of ports', fits: orAbsent(isMap) },
  always: { expected: 'a function', fits: orAbsent(isFunction) },
  check: { expected: 'a function', fits: orAbsent(isFunction) },
  facts: { expected: 'a function', fits: orAbsent(isFunction) },
  machine: { expected: 'a function', fits: orAbsent(isFunction) },
  unused: { expected: 'a function', fits: orAbsent(isFunction) },
  outlook: { expected: 'a function', fits: orAbsent(isFunction) },
  run: { expected: 'a function', fits: isFunction },
}

const portFault = (side: 'inputs' | 'outputs', ports: unknown): string | undefined => {
  for (const [name, port] of Object.entries(isMap(ports) ? ports : {})) {
    const kind = side === 'inputs' && isMap(port) && port.optional === true ? port.kind : port
    const sound = isMap(kind) && isText(kind.kind) && isFunction(kind.read) && isFunction(kind.write)
    if (!sound) return `its \`${side}.${name}\` must be an artifact kind (\`defineArtifact\`); found ${found(kind)}`
  }
  return undefined
}
