import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'

/** Where something stands, as the protocol counts: lines and UTF-16 units from 0. */
interface Place {
  readonly line: number
  readonly character: number
}
interface Told {
  readonly message: string
  readonly range: { readonly start: Place; readonly end: Place }
}

/** An editor with the YAML language server that editors use; `|` in a text is where its cursor stands. */
export interface Editor {
  /** What is marked in a file, as `line:column message`. */
  marks(file: string, text: string): Promise<readonly string[]>
  /** What is offered at the cursor, by label. */
  completions(file: string, text: string): Promise<ReadonlyMap<string, string>>
  /** What is shown at the cursor. */
  hover(file: string, text: string): Promise<string>
  close(): void
}

export const startEditor = async (folder: string): Promise<Editor> => {
  const program = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server')
  const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  )
  const waiting = new Map<string, (told: readonly Told[]) => void>()
  connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => {
    waiting.get(uri)?.(diagnostics)
    waiting.delete(uri)
  })
  connection.listen()
  const rootUri = pathToFileURL(folder).href
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri,
    capabilities: { textDocument: { completion: { completionItem: {} }, hover: { contentFormat: ['plaintext'] } } },
    workspaceFolders: [{ name: 'project', uri: rootUri }],
  })
  await connection.sendNotification('initialized', {})
  const yaml = { validate: true, completion: true, hover: true, schemaStore: { enable: false } }
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml } })

  let opened = 0
  /** Opens a text as if it were a file, and waits until it was looked at. */
  const open = async (file: string, text: string) => {
    const at = text.indexOf('|')
    const [before, whole] = at < 0 ? [text, text] : [text.slice(0, at), text.slice(0, at) + text.slice(at + 1)]
    const lines = before.split('\n')
    // A name of its own, so that nothing that is told of an earlier text is taken for this one's.
    const uri = pathToFileURL(file.replace(/\.yaml$/, `-${opened++}.yaml`)).href
    const marked = new Promise<readonly Told[]>(resolve => waiting.set(uri, resolve))
    const textDocument = { uri, languageId: 'yaml', version: 1, text: whole }
    await connection.sendNotification('textDocument/didOpen', { textDocument })
    const diagnostics = await marked
    const position: Place = { line: lines.length - 1, character: lines.at(-1)!.length }
    return { diagnostics, asked: { textDocument: { uri }, position } }
  }

  return {
    async marks(file, text) {
      const { diagnostics } = await open(file, text)
      return diagnostics.map(({ message, range: { start } }) => `${start.line + 1}:${start.character + 1} ${message}`)
    },
    async completions(file, text) {
      const { asked } = await open(file, text)
      const { items } = await connection.sendRequest<{
        items: readonly { label: string; documentation?: string | { value: string } }[]
      }>('textDocument/completion', asked)
      const words = (documentation: string | { value: string } = '') =>
        typeof documentation === 'string' ? documentation : documentation.value
      return new Map(items.map(({ label, documentation }) => [label, words(documentation)]))
    },
    async hover(file, text) {
      const { asked } = await open(file, text)
      const shown = await connection.sendRequest<{ contents: { value: string } } | null>('textDocument/hover', asked)
      return shown?.contents.value ?? ''
    },
    close() {
      connection.dispose()
      child.kill()
    },
  }
}
