import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { python } from '../../src/diagnostic/python-line.ts'

/** What Python is given when the line is pasted into a shell. */
const pasted = (line: string) => {
  const { stdout, stderr } = spawnSync('sh', ['-c', line.replace(/^python -c /, 'printf %s ')], { encoding: 'utf8' })
  return stdout + stderr
}

it('is one line, in which what is filled in is a string', () => {
  expect(python`
    import glob;
    print(${'a b'}, ${'c'})
  `).toBe(`python -c "import glob; print('a b', 'c')"`)
})

it.each([
  'model.safetensors',
  '/home/me/My models/bert (2)/pytorch_model-*.bin',
  './größe_模型/a+b=c,d@e~f:g',
  'Gro\u0308ße',
])('%s comes to Python as it is', name => {
  expect(pasted(python`print(${name})`!)).toBe(`print('${name}')`)
})

it.each([
  `'); import os; os.system('touch x') #.bin`,
  'a"; touch x; ".bin',
  '$(touch x).bin',
  '`touch x`.bin',
  '$HOME.bin',
  'a\\.bin',
  'C:\\Users\\new',
  'a\nb.bin',
  'a\rb.bin',
  'a\0b.bin',
  '!!.bin',
  '%USERNAME%.bin',
  'a;b',
  'a&b',
  'a|b',
  'a<b>',
  '\u201cquoted\u201d.bin',
  '\u202enib.bin',
  '\u001b[2J.bin',
])('%j is in no line', name => {
  expect(python`print(${'a'}, ${name})`).toBe(undefined)
})
