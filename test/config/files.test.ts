import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadPipeline } from '../../src/config/load.ts'
import { formatDiagnostics } from '../../src/diagnostic/format.ts'

const cwd = mkdtempSync(join(tmpdir(), 'sluice-config-'))
const sound = 'stages: { read: {} }\n'

beforeAll(() => {
  for (const folder of ['pipelines', 'empty', 'folder.yaml', 'pipelines/sub']) mkdirSync(join(cwd, folder))
  const files: Readonly<Record<string, string | Buffer>> = {
    'here.yaml': sound,
    'pipelines/squad.yaml': sound,
    'pipelines/squad-v2.0.yaml': sound,
    'pipelines/folder.yaml': sound,
    'utf16.yaml': Buffer.from(`\ufeff${sound}`, 'utf16le'),
    'latin1.yaml': Buffer.from('stages:\n  read: { with: { file: "é\u00fcx" } }\n', 'latin1'),
    'large.yaml': `# ${'x'.repeat(16 * 2 ** 20)}\n`,
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content)
  symlinkSync('loop.yaml', join(cwd, 'loop.yaml'))
})
afterAll(() => rmSync(cwd, { recursive: true }))

const load = (file: string) => loadPipeline({ file, env: {}, cwd })

describe('found', () => {
  test.each([
    ['here.yaml', 'here.yaml'],
    ['./here.yaml', 'here.yaml'],
    ['squad.yaml', 'pipelines/squad.yaml'],
    ['pipelines/squad.yaml', 'pipelines/squad.yaml'],
    [join(cwd, 'pipelines/squad.yaml'), 'pipelines/squad.yaml'],
    ['folder.yaml', 'pipelines/folder.yaml'],
  ])('%s', (file, expected) => {
    const { document, diagnostics } = load(file)
    expect(diagnostics).toEqual([])
    expect(document?.file).toBe(join(cwd, expected))
  })
})

describe('mistakes', () => {
  const rows: readonly [file: string, expected: readonly string[]][] = [
    [
      'sqaud.yaml',
      [
        'error[file-not-found] There is no pipeline file `sqaud.yaml`; looked for `sqaud.yaml` and `pipelines/sqaud.yaml`.',
        'hint: Did you mean `pipelines/squad.yaml`?',
      ],
    ],
    [
      'squad',
      [
        'error[file-not-found] There is no pipeline file `squad`; looked for `squad` and `pipelines/squad`.',
        'hint: Did you mean `pipelines/squad.yaml`?',
      ],
    ],
    [
      './squad.yaml',
      [
        'error[file-not-found] There is no pipeline file `./squad.yaml`; looked for `squad.yaml`.',
        'hint: Did you mean `pipelines/squad.yaml`?',
      ],
    ],
    [
      'empty/nothing.yaml',
      [
        'error[file-not-found] There is no pipeline file `empty/nothing.yaml`; looked for `empty/nothing.yaml`.',
        'hint: There are: `here.yaml`, `large.yaml`, `latin1.yaml`, `loop.yaml`, `utf16.yaml`, `pipelines/folder.yaml`, `pipelines/squad-v2.0.yaml`, `pipelines/squad.yaml`.',
      ],
    ],
    [
      'pipelines',
      [
        'error[file-is-folder] `pipelines` is a folder; a pipeline is a YAML file.',
        'hint: In it are: `pipelines/folder.yaml`, `pipelines/squad-v2.0.yaml`, `pipelines/squad.yaml`.',
      ],
    ],
    [
      'empty',
      ['error[file-is-folder] `empty` is a folder; a pipeline is a YAML file.', 'hint: There is no YAML file in it.'],
    ],
    [
      'utf16.yaml',
      ['error[file-encoding] `utf16.yaml` is UTF-16, where UTF-8 is expected.', 'hint: Save it as UTF-8.'],
    ],
    [
      'latin1.yaml',
      [
        'error[file-encoding] latin1.yaml:2:26: The file is not UTF-8: the byte 0xe9 is not part of a character.',
        '  1 | stages:',
        '> 2 |   read: { with: { file: "��x" } }',
        '    |                          ^',
        'hint: Save it as UTF-8.',
      ],
    ],
    [
      'loop.yaml',
      [
        'error[file-unreadable] `loop.yaml` cannot be read: its links go in a circle.',
        'hint: Check the file and its permissions.',
      ],
    ],
    [
      'large.yaml',
      [
        'error[file-too-large] `large.yaml` has 16777219 bytes; a pipeline file has at most 16777216.',
        'hint: Name the YAML file that describes the stages.',
      ],
    ],
  ]
  test.each(rows)('%s', (file, expected) => {
    const { document, diagnostics } = load(file)
    expect(formatDiagnostics(diagnostics, { cwd })).toBe(expected.join('\n'))
    expect(document).toBeUndefined()
  })

  test.skipIf(process.getuid?.() === 0)('no permission (not as root)', () => {
    writeFileSync(join(cwd, 'secret.yaml'), sound)
    chmodSync(join(cwd, 'secret.yaml'), 0)
    expect(formatDiagnostics(load('secret.yaml').diagnostics, { cwd })).toBe(
      'error[file-unreadable] `secret.yaml` cannot be read: permission is denied.\nhint: Check the file and its permissions.',
    )
  })
})
