import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { comparisonPage } from '../../src/page/comparison-page.ts'
import type { ComparedRuns } from '../../src/plugin/stage-command.ts'
import { axeFindings } from './accessibility.ts'
import { chromium, withoutChromium } from './chromium.ts'
import { compared, comparedOf, examples } from './compared.ts'
import { predictionsOf } from './report-inputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-comparison-'))
let browser: Browser

/** Opens the page of two runs; `trouble` is what it wrote to the console, what it threw, and what it asked for. */
const open = async (runs: ComparedRuns, options: Parameters<Browser['newPage']>[0] = {}) => {
  const file = join(folder, 'page.html')
  writeFileSync(file, comparisonPage.write(runs))
  const page: Page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options })
  const trouble: string[] = []
  const address = pathToFileURL(file).href
  page.on('console', message => trouble.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', error => trouble.push(String(error)))
  page.on('request', request => {
    if (request.url() !== address) trouble.push(`asked for ${request.url()}`)
  })
  await page.goto(address)
  await page.locator('html[data-ready]').waitFor()
  await page.getByText('Choose a question.').first().waitFor()
  return { page, trouble }
}

describe.skipIf(chromium === undefined)(`the page of a comparison (${chromium ?? withoutChromium})`, () => {
  beforeAll(async () => {
    browser = await playwright.launch({ executablePath: chromium!, args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  it('says what differs', async () => {
    const { page, trouble } = await open(compared)
    expect(await page.title()).toBe('Comparison of a.yaml and a.yaml --set stages.train.with.learning_rate=5e-5')
    expect(await page.locator('h1').textContent()).toBe('Two runs side by side')
    expect(await page.locator('header + dl dd').allTextContents()).toEqual(compared.names)
    expect(await page.locator('nav a').allTextContents()).toEqual([
      ...['Scores of evaluate', 'Parameters that differ', 'Numbers', 'Time', 'Flipped in evaluate'],
    ])
    const cells = async (id: string) => {
      const rows = await page.locator(`#${id} table`).first().locator('tbody tr').allInnerTexts()
      return rows.map(row => row.split(/\s*\t\s*/))
    }
    const scores = await cells('scores-0')
    expect(scores.map(row => row.slice(0, 4))).toEqual([
      ['exact match, all in common', '4', '50.00', '25.00'],
      ['F1, all in common', '4', '62.50', '41.67'],
      ['exact match, with an answer', '3', '33.33', '33.33'],
      ['F1, with an answer', '3', '50.00', '55.56'],
      ['exact match, without an answer', '1', '100.00', '0.00'],
      ['F1, without an answer', '1', '100.00', '0.00'],
    ])
    expect(scores[0]![4]).toMatch(/^-25\.00 \(-\d+\.\d\d to \+\d+\.\d\d\), which may be chance$/)
    expect(scores[4]![4]).toBe('-100.00 (-100.00 to -100.00)')
    expect(await cells('parameters')).toEqual([
      ['train.seed', '42', '7'],
      ['train.learning_rate', 'nothing', '0.00005'],
      ['drop', '–', 'only in B'],
    ])
    expect(await cells('numbers')).toEqual([
      ['evaluate.exact', '50', '62.5', '+12.5'],
      ['evaluate.total', '4', '4', 'the same'],
      ['mine.size', '–', '3', '–'],
    ])
    expect(await cells('times')).toEqual([
      ['read', '12 ms', 'the same result'],
      ['train', '1 min 1 s', '1.5 s'],
      ['drop', '–', '3 ms'],
    ])
    expect(await page.locator('aside li').allTextContents()).toEqual([
      'The results of save, mine of B as it is now. This makes them: pipeline run a.yaml',
    ])
    expect(await page.locator('.chart > [role=img]').count()).toBe(1)
    expect(trouble).toEqual([])
    await page.close()
  })

  it('shows flipped questions in their passages, by direction and by what is searched for', async () => {
    const { page } = await open(compared)
    const rows = () => page.locator('.row').allInnerTexts()
    expect(await rows()).toEqual([
      'What ends here?\nright → wrong blue river → river',
      'What did Anna ask?\nright → wrong no answer → Anna',
      'Who wrote it?\nwrong → right Anna wrote it → Anna',
    ])
    await page.getByLabel('Show').selectOption('wrong in A, right in B')
    expect([await page.getByRole('status').textContent(), (await rows()).length]).toEqual(['1 question of 3', 1])
    await page.getByRole('option', { name: 'Who wrote it?' }).click()
    const marks = page.locator('.passage mark')
    expect(await marks.evaluateAll(all => all.map(each => [each.className, each.textContent]))).toEqual([
      ['accepted in-a in-b', 'Anna'],
      ['in-a', ' wrote it'],
    ])
    expect(await page.locator('.question .answers dt, .question .answers dd').allTextContents()).toEqual([
      ...['A', 'Anna wrote it (wrong, F1 50)', 'B', 'Anna (right)', 'Accepted', 'Anna'],
    ])
    await page.getByLabel('Show').selectOption('all')
    await page.getByLabel('Search').fill('BLUE')
    expect((await rows()).length).toBe(1)
    await page.getByLabel('Search').fill('nothing like that')
    expect(await page.getByRole('status').textContent()).toBe('No question is like that.')
    await page.close()
  })

  it('is used with the keyboard alone', async () => {
    const { page } = await open(compared)
    await page.getByLabel('Search').focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    const list = page.getByRole('listbox')
    expect(await list.evaluate(element => element === document.activeElement)).toBe(true)
    await page.keyboard.press('End')
    expect(await page.locator('.question h3').textContent()).toBe('Who wrote it?')
    expect(await list.getAttribute('aria-activedescendant')).toBe('flips-0-row-2')
    await page.close()
  })

  it('says where nothing flipped, and where nothing differs', async () => {
    const same = predictionsOf({ a: 'blue river', b: 'Anna', c: '', d: 'where' }, { a: -3, b: -1, c: 4, d: 1 })
    const runs = await comparedOf(examples, same, same)
    const record = { parameters: [], numbers: [], times: [], missing: [] }
    const file = join(folder, 'same.html')
    writeFileSync(file, comparisonPage.write({ ...runs, record }))
    const page = await browser.newPage()
    await page.goto(pathToFileURL(file).href)
    await page.locator('html[data-ready]').waitFor()
    expect(await page.locator('#flips-0 p, #parameters p').allTextContents()).toEqual([
      'All are alike.',
      'No question.',
    ])
    expect(await page.locator('#scores-0 td:last-child').first().textContent()).toBe('the same')
    expect(await page.locator('nav a').count()).toBe(3)
    await page.close()
  })

  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['a phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
  ] as const)('can be read by everybody: axe finds nothing, %s', async (_, options) => {
    const { page } = await open(compared, options)
    await page.getByRole('option', { name: 'Who wrote it?' }).click()
    expect(await axeFindings(page)).toEqual([])
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
    expect(scrollWidth).toBe(clientWidth)
    await page.close()
  })

  it('prints', async () => {
    const { page } = await open(compared)
    await page.getByRole('option', { name: 'Who wrote it?' }).click()
    await page.emulateMedia({ media: 'print' })
    expect([await page.getByRole('listbox').isVisible(), await page.locator('.passage').isVisible()]).toEqual([
      false,
      true,
    ])
    await page.close()
  })

  it('runs nothing that stands in the data', async () => {
    const evil = `</script><img src=x onerror="window.taken=1"><script>window.taken=1</script>`
    const ids = examples.ids.map(id => `${id}${evil}`)
    const asked = {
      ...examples,
      ids,
      questions: examples.questions.map(() => evil),
      contexts: examples.contexts.map(context => `${evil}${context}`),
    }
    const odds = Object.fromEntries(ids.map(id => [id, 0]))
    const all = (text: string) => predictionsOf(Object.fromEntries(ids.map(id => [id, text])), odds)
    const runs = await comparedOf(asked, all('Anna'), all(evil))
    const parameters = [{ stage: evil, name: `/${evil}`, a: evil }]
    const { page, trouble } = await open({ ...runs, names: [evil, evil], record: { ...runs.record, parameters } })
    await page.locator('.row').first().click()
    expect(await page.locator('.passage').textContent()).toContain(evil)
    expect(await page.locator('#parameters').textContent()).toContain(evil)
    expect(await page.evaluate(() => ('taken' in window ? window.taken : 'nothing'))).toBe('nothing')
    expect([await page.locator('img').count(), trouble]).toEqual([0, []])
    await page.close()
  })
})
