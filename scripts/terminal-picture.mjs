// A picture of what a command leaves in a terminal: it is run in a real one (`script` of util-linux), a terminal emulator reads
// what it prints, and the screen at its end becomes an SVG. README's picture is made by it:
//   node scripts/terminal-picture.mjs docs/terminal.svg 'npx pipeline run squad.yaml'
// usage: node scripts/terminal-picture.mjs OUT.svg COMMAND [--columns 80] [--rows 40]
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import headless from '@xterm/headless'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { columns: { type: 'string', default: '80' }, rows: { type: 'string', default: '40' } },
})
const [out, command] = positionals
if (!command) throw new Error('expected OUT.svg and a COMMAND')
const [cols, rows] = [Number(flags.columns), Number(flags.rows)]

const terminal = new headless.Terminal({ cols, rows, scrollback: 0, allowProposedApi: true })
const shell = spawn('script', ['-qefc', `stty cols ${cols} rows ${rows}; ${command}`, '/dev/null'], {
  env: { ...process.env, TERM: 'xterm-256color', CI: '' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const reading = []
shell.stdout.on('data', chunk => reading.push(new Promise(done => terminal.write(chunk, done))))
const code = await new Promise(done => shell.on('close', done))
await Promise.all(reading)
if (code !== 0) throw new Error(`${command} ended with ${code}`)

// Of a cell: 8.4 × 18 px, as of a font of 14 px.
const [width, height, edge] = [8.4, 18, 14]
/** The 8 colours of a terminal that are used, readable on the dark ground. */
const colours = ['#586069', '#f97583', '#85e89d', '#ffea7f', '#79b8ff', '#b392f0', '#56d4dd', '#d1d5da']
// Spaces that no reader of SVG puts together.
const escaped = text =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0')

const lines = [`$ ${command}`, ...screen()]
const [w, h] = [2 * edge + cols * width, 2 * edge + lines.length * height]
writeFileSync(
  out,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img">
<title>What \`${escaped(command)}\` leaves in a terminal</title>
<rect width="100%" height="100%" rx="6" fill="#1f2428"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#d1d5da">
${lines.map((line, row) => `<text x="${edge}" y="${edge + 13 + row * height}">${line}</text>`).join('\n')}
</g>
</svg>
`,
)

/** The lines of the screen, up to the last that is not empty. */
function screen() {
  const { active } = terminal.buffer
  const lines = Array.from({ length: rows }, (_, row) => lineOf(active.getLine(active.baseY + row)))
  return lines.slice(0, lines.findLastIndex(line => line !== '') + 1)
}

/** Cells of one look together. What stands at which column is said of each run, so that no font's widths move it. */
function lineOf(line) {
  const runs = []
  for (let column = 0; column < cols; column++) {
    const cell = line.getCell(column)
    if (cell.getWidth() === 0) continue
    const look = lookOf(cell)
    const last = runs.at(-1)
    if (last?.look === look) last.text += cell.getChars() || ' '
    else runs.push({ look, column, text: cell.getChars() || ' ' })
  }
  return runs
    .map(run => ({ ...run, text: run.text.trimEnd() }))
    .filter(({ text }) => text !== '')
    .map(({ look, column, text }) => `<tspan x="${(edge + column * width).toFixed(1)}"${look}>${escaped(text)}</tspan>`)
    .join('')
}

function lookOf(cell) {
  const colour = cell.isFgPalette() ? ` fill="${colours[cell.getFgColor() % 8]}"` : ''
  return `${colour}${cell.isBold() ? ' font-weight="bold"' : ''}${cell.isDim() ? ' opacity="0.6"' : ''}`
}
