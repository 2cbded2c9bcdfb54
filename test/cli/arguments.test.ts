import { parse } from 'shell-quote'
import { describe, expect, it } from 'vitest'
import { readArguments } from '../../src/cli/arguments.ts'
import { commands } from '../../src/cli/commands.ts'
import { folderWith, sluice, startShellInTerminal } from './sluice.ts'

describe('mistakes on the command line: exit code 2', () => {
  it.each([
    ['rnu', 'error[unknown-command] There is no command `rnu`.\nhint: Did you mean `run`?\n'],
    ['version', 'error[unknown-command] There is no command `version`.\nhint: Did you mean `--version`?\n'],
    ['zzz', 'error[unknown-command] There is no command `zzz`.\nhint: `pipeline help` lists the commands.\n'],
    [
      '--jobs 2 run a.yaml',
      'error[unknown-flag] The command comes first; found the flag `--jobs`.\nhint: `pipeline help` lists the commands.\n',
    ],
    [
      'new',
      'error[missing-argument] `pipeline new` needs stage NAME.\nhint: Usage: pipeline new stage NAME [FOLDER] [flags]\n',
    ],
    [
      'trace',
      'error[missing-argument] `pipeline trace` needs FILE --question ID.\nhint: Usage: pipeline trace FILE --question ID [flags]\n',
    ],
    ['run', 'error[missing-argument] `pipeline run` needs FILE.\nhint: Usage: pipeline run FILE [flags]\n'],
    [
      'cat a.yaml',
      'error[missing-argument] `pipeline cat` needs STAGE[.PORT].\nhint: Usage: pipeline cat FILE STAGE[.PORT] [flags]\n',
    ],
    [
      'run a.yaml b.yaml',
      'error[extra-argument] `pipeline run` has no use for `b.yaml`.\nhint: Usage: pipeline run FILE [flags]\n',
    ],
    ['run a.yaml --jsno', 'error[unknown-flag] `pipeline run` has no flag `--jsno`.\nhint: Did you mean `--json`?\n'],
    [
      'run a.yaml --format text',
      'error[unknown-flag] `pipeline run` has no flag `--format`.\nhint: `pipeline help run` lists the flags.\n\nerror[extra-argument] `pipeline run` has no use for `text`.\nhint: Usage: pipeline run FILE [flags]\n',
    ],
    ['run a.yaml --json=yes', 'error[flag-value] --json takes no value, but `yes` was given.\n'],
    ['run a.yaml --set', 'error[flag-value] --set needs a value: --set PATH=VALUE.\n'],
    ['run a.yaml --until --rehash', 'error[flag-value] --until needs a value: --until STAGE.\n'],
    ['run a.yaml --until a --until b', 'error[flag-twice] --until is given twice.\n'],
    ['run demo.yaml --jobs 0', 'error[flag-value] --jobs needs an integer of at least 1; found `0`.\n'],
    [
      'run demo.yaml --only one --force two --force one',
      'error[forced-not-chosen] Stage `two` is forced, but --from, --until or --only leaves it out.\nhint: Leave out `--force two`, or choose it as well.\n',
    ],
    [
      'plan demo.yaml --until one --force two',
      'error[forced-not-chosen] Stage `two` is forced, but --from, --until or --only leaves it out.\nhint: Leave out `--force two`, or choose it as well.\n',
    ],
    ['run demo.yaml --jobs 1e400', 'error[flag-value] --jobs needs an integer of at least 1; found `1e400`.\n'],
    ['cat demo.yaml one --format json', 'error[flag-value] --format is jsonl or text, not `json`.\n'],
    [
      'run dmeo.yaml',
      'error[file-not-found] There is no pipeline file `dmeo.yaml`; looked for `dmeo.yaml` and `pipelines/dmeo.yaml`.\nhint: Did you mean `demo.yaml`?\n',
    ],
    [
      'run demo.yaml --until too',
      'error[unknown-stage] --until: There is no stage `too` in this pipeline.\n  --until too\n          ^^^\nhint: Did you mean `two`?\n',
    ],
    ['run demo.yaml --force too', 'error[unknown-stage] There is no stage `too`.\nhint: Did you mean `two`?\n'],
    ['cat demo.yaml too', 'error[unknown-stage] There is no stage `too`.\nhint: Did you mean `two`?\n'],
    ['stages shel', 'error[unknown-stage] There is no built-in stage `shel`.\nhint: Did you mean `shell`?\n'],
    ['cache lss', 'error[unknown-command] There is no command `pipeline cache lss`.\nhint: Did you mean `ls`?\n'],
  ])('pipeline %s', async (line, err) => {
    const stages = 'one: { uses: shell, with: { run: "true" } }, two: { uses: shell, with: { run: "true" } }'
    const folder = folderWith({ 'demo.yaml': `stages: { ${stages} }\n` })
    expect(await sluice(folder, ...line.split(' '))).toEqual({ code: 2, out: '', err })
  })
})

it('cat takes --json and --format text for a contradiction', async () => {
  const { code, err } = await sluice(folderWith({}), 'cat', 'demo.yaml', 'one', '--json', '--format', 'text')
  expect([code, err]).toEqual([2, 'error[flag-value] --json is --format jsonl, not `text`.\n'])
})

describe('help', () => {
  it('lists every command', async () => {
    const { code, out } = await sluice(folderWith({}))
    expect(code).toBe(0)
    for (const [name, { summary }] of Object.entries(commands)) {
      const line = out.split('\n').find(each => each.trim().startsWith(`${name} `))
      expect(line?.endsWith(summary), name).toBe(true)
    }
  })

  it.each(Object.keys(commands))('of %s tells usage, an example and its flags', async name => {
    const command = (await commands[name]!.load()).default
    expect(command.name).toBe(name)
    const { code, out } = await sluice(folderWith({}), name, '--help')
    expect(code).toBe(0)
    const needed = Object.entries(command.own ?? {}).filter(([, flag]) => flag.required)
    const asked = needed.map(([flag, { value }]) => `--${flag} ${value}`)
    expect(out).toContain(`Usage: pipeline ${[name, ...command.takes, ...asked].join(' ')} [flags]\n`)
    expect(out).toContain(`Examples:\n  ${command.examples[0]![0]}`)
    for (const flag of command.flags) expect(out).toContain(`  --${flag}`)
  })

  it.each(Object.keys(commands))('of %s has examples that it takes', async name => {
    const { examples, ...command } = (await commands[name]!.load()).default
    expect(examples.length).toBeGreaterThan(0)
    for (const [line] of examples) {
      const words = parse(line)
      const own = words.slice(words.indexOf('pipeline'))
      // What follows is another program's: `| less`, `> file`.
      const end = own.findIndex(word => typeof word !== 'string')
      const [program, called, ...args] = own.slice(0, end < 0 ? own.length : end).map(String)
      expect([program, called]).toEqual(['pipeline', name])
      expect(() => readArguments({ examples, ...command }, args), line).not.toThrow()
    }
  })

  it.each([...Object.keys(commands), ''])('of "%s" is read in 80 columns', async name => {
    const { out } = await sluice(folderWith({}), ...(name === '' ? [] : [name]), '--help')
    expect(out.split('\n').filter(line => [...line].length > 80)).toEqual([])
  })

  it('fits a narrow terminal too', async () => {
    const { out } = await startShellInTerminal(folderWith({}), 'stty cols 44; $SLUICE help graph; $SLUICE help').ended
    expect(out.split('\n').filter(line => [...line.trimEnd()].length > 44)).toEqual([
      expect.stringContaining('dot -Tsvg'),
    ])
  })

  it('of cat, whole', async () => {
    const { out } = await sluice(folderWith({}), 'help', 'cat')
    expect(out).toBe(`Prints a stage's result from the cache, a record a line. Computes nothing.

Usage: pipeline cat FILE STAGE[.PORT] [flags]

Examples:
  pipeline cat squad.yaml span | head -1             the first window, as JSON
  pipeline cat squad.yaml span --format text | less  windows to read

Flags:
  --format jsonl|text  a JSON record a line (default), or text to read
  --json               print JSON on stdout, for programs
  --set PATH=VALUE     change a value:
                       \`--set stages.train.with.learning_rate=3e-5\`,
                       \`--set vars.model=./bert\` (repeatable)
  --profile NAME       use one of the file's \`profiles\`
  --cache-dir FOLDER   keep results in this folder
  --help               show this help
`)
  })
})

describe('pipeline stages', () => {
  it('shows the parameters of a stage', async () => {
    expect(await sluice(folderWith({}), 'stages', 'shell')).toEqual({
      code: 0,
      out: `shell: Runs a shell command; its output is shown, and what it makes is kept track of.

Outputs:
  output  shell-output

Parameters:
  run      a text that is not empty; required
    The command, run by \`/bin/sh -c\`.
  inputs   a list, each entry a location (path or address); default []
    Files and folders that the command reads: when their content changes, it runs again.
  outputs  a list, each entry a location (path); default []
    Files and folders that the command makes: when they are gone or changed, it runs again.
  env      a map; default {}
    Environment variables, besides those of the run itself.
  cwd      a location (path); default "."
    The folder to run in; the pipeline file's by default.
  timeout  a number above 0 and of at most 2000000; optional *
    Seconds after which the command is ended.

Marked *: not in the cache key itself.

Example:
  shell: { with: { run: sort words.txt > sorted.txt } }
`,
      err: '',
    })
  })

  const limit = `export default {
  name: 'limit', version: 1, summary: 'Keeps a few.', run: () => ({}),
  config: {
    type: 'object',
    required: ['most', 'how', 'list', 'skip'],
    properties: {
      most: { type: 'integer', minimum: 1, description: 'How many.' },
      how: { anyOf: [{ const: 'first' }, { const: 'last' }] },
      list: { type: 'string', 'x-location': 'input' },
      skip: { type: 'integer', default: 0 },
    },
  },
}
`
  const text = (uses: string) => `limit: Keeps a few.

Parameters:
  most  an integer of at least 1; required
    How many.
  how   one of first, last; required
  list  a location (path or address); required
  skip  an integer; default 0

Example:
  limit: { uses: ${uses}, with: { most: 1, how: first, list: ./list } }
`
  it.each([['./limit.js'], ['my-stages/limit']])('shows %s, a stage that is not built in', async uses => {
    const folder = folderWith({
      'limit.js': limit,
      'package.json': '{ "type": "module" }',
      'node_modules/my-stages/package.json': '{"type":"module","exports":{"./limit":"./limit.js"},"version":"1.0.0"}',
      'node_modules/my-stages/limit.js': limit,
    })
    expect(await sluice(folder, 'stages', uses)).toEqual({ code: 0, out: text(uses), err: '' })
  })

  it.each([
    ['./limti.js', 'error[stage-file] The file `./limti.js` does not exist.\nhint: Did you mean `./limit.js`?\n'],
    ['my/x', 'error[stage-package] The package `my` is not installed.\nhint: Install it: `npm install my`.\n'],
  ])('says why %s is none', async (uses, err) => {
    expect(await sluice(folderWith({ 'limit.js': limit }), 'stages', uses)).toEqual({ code: 2, out: '', err })
  })

  it('lists them all, and describes them to programs', async () => {
    const { out } = await sluice(folderWith({}), 'stages')
    const names = out
      .trimEnd()
      .split('\n')
      .map(line => line.split(' ')[0])
    expect(names).toEqual([
      'read',
      'tokenize',
      'span',
      'cache',
      'train',
      'save',
      'export',
      'predict',
      'evaluate',
      'report',
      'shell',
    ])
    const json = await sluice(folderWith({}), 'stages', 'shell', '--json')
    const { inputs, outputs, config } = JSON.parse(json.out)
    expect([inputs, outputs, config.properties.run.minLength]).toEqual([{}, { output: { kind: 'shell-output' } }, 1])
  })

  it('tells of inputs that may stay open, and of those that are connected only by name', async () => {
    const { out } = await sluice(folderWith({}), 'stages', 'train')
    expect(out.split('\n\n')[1]).toBe(`Inputs:
  training_set   training-set  from cache
  eval_windows   windows       from span; optional; connected only where \`from\` names it
  eval_examples  examples      from read; optional; connected only where \`from\` names it`)
    const json = await sluice(folderWith({}), 'stages', 'train', '--json')
    expect(JSON.parse(json.out).inputs).toEqual({
      training_set: { kind: 'training-set' },
      eval_windows: { kind: 'windows', optional: true, only_named: true },
      eval_examples: { kind: 'examples', optional: true, only_named: true },
    })
  })
})
