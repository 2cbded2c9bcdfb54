import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'

/** How a page of ours begins: a file that does is one that may be replaced. */
export const PAGE_MARK = '<!doctype html><!-- a report of sluice -->'

/** A value as it stands in a page: JSON, compressed, in characters that mean nothing in HTML. */
export const block = (value: unknown): string => gzipSync(JSON.stringify(value), { level: 9 }).toString('base64')

/**
 * The whole page, which asks for nothing from anywhere. Text of the data is in no part of it as text: it is in blocks that the
 * page's code unpacks and puts into the document as text nodes. So nothing in it can become HTML, and the page's policy runs no
 * script but its own all the same.
 */
export function writePage(title: string, blocks: Readonly<Record<string, string>>): string {
  const { script, style } = builtPage()
  const hash = createHash('sha256').update(script).digest('base64')
  // Charts carry style elements and attributes of their own.
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`
  return [
    PAGE_MARK,
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="generator" content="sluice">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<noscript>This report is drawn by the JavaScript that it holds. It asks for nothing from any network.</noscript>',
    ...Object.entries(blocks).map(([id, text]) => `<script type="text/plain" id="${id}">${text}</script>`),
    `<script type="module">${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

let built: { readonly script: string; readonly style: string } | undefined

/** The page's own code and looks, made by `npm run build`. */
function builtPage() {
  const { resolve } = createRequire(import.meta.url)
  const text = (name: string) => readFileSync(resolve(`sluice/${name}`), 'utf8')
  built ??= { script: text('report-page.js').replaceAll('</script', '<\\/script'), style: text('report-page.css') }
  return built
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, character => escapes[character]!)
