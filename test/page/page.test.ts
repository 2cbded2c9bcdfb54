import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Words } from '../../src/plugin/stage-command.ts'
import { traceQuestion } from '../../src/squad/trace/trace-question.ts'
import { traceSections } from '../../src/squad/trace/trace-text.ts'
import { windowView } from '../../src/squad/window-view.ts'
import { testStage } from '../../src/testing/index.ts'
import report from '../../stages/report.ts'
import { keptData, keptPredictions } from '../squad/kept.ts'
import { axeFindings } from './accessibility.ts'
import { chromium, withoutChromium } from './chromium.ts'
import { examplesOf, inputs, pieces, predictionsOf, run, windowsOf } from './report-inputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-page-'))
let browser: Browser

interface Opened {
  readonly page: Page
  /** What the page wrote to the console, what it threw, and what it asked for beside its own file. */
  readonly trouble: string[]
}

const write = async (name: string, given: Partial<typeof inputs>): Promise<string> => {
  const output_file = join(folder, `${name}.html`)
  await testStage(report, { config: { output_file }, inputs: given })
  return output_file
}

const open = async (file: string, options: Parameters<Browser['newPage']>[0] = {}, hash = ''): Promise<Opened> => {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options })
  const trouble: string[] = []
  const address = pathToFileURL(file).href
  page.on('console', message => trouble.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', error => trouble.push(String(error)))
  page.on('request', request => {
    if (request.url() !== address) trouble.push(`asked for ${request.url()}`)
  })
  await page.goto(address + hash)
  await page.locator('html[data-ready]').waitFor()
  return { page, trouble }
}

describe.skipIf(chromium === undefined)(`the page of a report (${chromium ?? withoutChromium})`, () => {
  let file: string
  beforeAll(async () => {
    // Root has no sandbox, and is what tests in a container run as.
    browser = await playwright.launch({ executablePath: chromium!, args: ['--no-sandbox'] })
    file = await write('report', inputs)
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  it('opens, says what there is, and draws it', async () => {
    const { page, trouble } = await open(file)
    expect(await page.title()).toBe('Report: squad')
    expect(await page.locator('h1').textContent()).toBe('Report: squad')
    expect(await page.locator('main > section > h2').allTextContents()).toEqual([
      'Pipeline',
      'Training',
      'Scores',
      'Windows',
      'Questions',
    ])
    expect(await page.locator('nav a').allTextContents()).toEqual([
      'Pipeline',
      'Training',
      'Scores',
      'Windows',
      'Questions',
    ])
    expect((await page.locator('.tiles strong').allTextContents()).slice(0, 4)).toEqual(['50.00', '62.50', '4', '4'])
    expect(await page.locator('.chart svg').count()).toBeGreaterThanOrEqual(9)
    const first = await page.locator('#pipeline tbody tr').first().locator('th, td').allTextContents()
    expect(first).toEqual(['read', 'ran', '1.2 s', '2.0 MB', '2026-01-31 09:05', '–'])
    expect(await page.locator('#windows').textContent()).toContain('read: 2 of 6 questions left out')
    expect(trouble).toEqual([])
    await page.close()
  })

  it('filters, searches, and says how many are left', async () => {
    const { page, trouble } = await open(file)
    const status = page.getByRole('status')
    const asked = () => page.locator('.asked').allTextContents()
    expect(await status.textContent()).toBe('4 questions of 4')
    await page.getByLabel('Show').selectOption('wrong')
    expect([await status.textContent(), await asked()]).toEqual([
      '2 questions of 4',
      ['Who wrote it?', 'Where is it said that nobody asked?'],
    ])
    await page.getByLabel('Show').selectOption('predicted none')
    expect(await asked()).toEqual(['What did Anna ask?'])
    await page.getByLabel('Show').selectOption('all')
    await page.getByLabel('Search').fill('BLUE')
    expect(await asked()).toEqual(['What ends here?'])
    await page.getByLabel('Search').fill('nothing like that')
    expect([await status.textContent(), await page.getByRole('listbox').count()]).toEqual([
      'No question is like that.',
      0,
    ])
    await page.getByLabel('Search').fill('')
    await page.getByLabel('F1 from').fill('1')
    await page.getByLabel('to', { exact: true }).fill('99')
    expect(await asked()).toEqual(['Who wrote it?'])
    expect(trouble).toEqual([])
    await page.close()
  })

  it('marks what is accepted and what was predicted, and shows the best answers', async () => {
    const { page } = await open(file)
    await page.getByRole('option', { name: 'Who wrote it?' }).click()
    const marks = page.locator('.passage mark')
    expect(await marks.allTextContents()).toEqual(['Anna', ' wrote it'])
    expect(await marks.evaluateAll(all => all.map(each => each.className))).toEqual(['accepted predicted', 'predicted'])
    expect(await page.locator('.passage').textContent()).toBe('Anna wrote it. Nobody asked where.')
    const rows = await page.locator('.question tbody tr').allInnerTexts()
    expect(rows.map(row => row.split(/\s*\t\s*/))).toEqual([
      ['Anna wrote it', '75.0 %'],
      ['no answer', '25.0 %'],
    ])
    expect(await page.locator('.answers dt, .answers dd').allTextContents()).toEqual([
      ...['Predicted', 'Anna wrote it (F1 50)'],
      ...['Accepted', 'Anna'],
      ...['“No answer” less best', '-1.25'],
    ])
    expect(new URL(page.url()).hash).toBe('#question=b')
    await page.close()
    const again = await open(file, {}, '#question=c')
    expect(await again.page.locator('.question h3').textContent()).toBe('What did Anna ask?')
    await again.page.close()
  })

  it("tells a question's whole way, as `pipeline trace` does", async () => {
    const { page, trouble } = await open(file)
    await page.getByRole('option', { name: 'Who wrote it?' }).click()
    expect(await page.locator('.way h4').count()).toBe(0)
    await page.getByText('The whole way, from text to score').click()
    const [way] = await traceQuestion('b', [
      ...keptData({ examples: inputs.examples, pieces, windows: inputs.windows }),
      ...keptPredictions(inputs.predictions),
    ])
    const { file: _, ...told } = way!
    const sections = traceSections('b', [told])
    expect(await page.locator('.way h4').allTextContents()).toEqual([
      'question',
      // By the names that the run tells of, else as such stages are called.
      'read-dev: text and answer',
      'tokenize: pieces',
      'span: 1 window',
      'predict: 2 candidates',
      'predict: score',
    ])
    expect(await page.locator('.way dd').allTextContents()).toEqual(
      sections.flatMap(({ rows }) => rows.map(([, words]) => text(words))),
    )
    expect(await page.locator('.way dt').allTextContents()).toEqual(
      sections.flatMap(({ rows }) => rows.map(([label]) => label).filter(label => label !== '')),
    )
    expect(trouble).toEqual([])
    await page.close()
  })
  const text = (words: Words) =>
    typeof words === 'string' ? words : words.map(part => (typeof part === 'string' ? part : part.text)).join('')

  it('shows all tokens of a window with their positions, the accepted and the predicted ones marked', async () => {
    const { page } = await open(file)
    await page.getByRole('option', { name: 'Who wrote it?' }).click()
    await page.getByText('The whole way, from text to score').click()
    await page.getByText(/^Window 0: all \d+ tokens, with their positions$/).click()
    const { tokens } = windowView(inputs.windows, inputs.windows.first_window[1]!)
    const listed = page.locator('.tokens li')
    expect(await listed.allTextContents()).toEqual(tokens.map((token, at) => `${at}${token}`))
    const marks = await page
      .locator('.tokens mark')
      .evaluateAll(all => all.map(each => [each.className, each.textContent]))
    expect(marks.slice(0, 5)).toEqual([
      ...['a', '##n', '##n', '##a'].map(token => ['accepted predicted', token]),
      ['predicted', 'w'],
    ])
    expect(marks.length).toBe('Annawroteit'.length)
    await page.close()
  })

  it('marks what the vocabulary does not know', async () => {
    const examples = examplesOf({ a: ['blue river'] })
    const questions = ['What ends héré, 5?']
    const asked = { ...examples, questions }
    const predictions = predictionsOf({ a: 'blue river' }, { a: -3 })
    const given = { examples: asked, predictions, windows: (await windowsOf(asked)).windows }
    const { page } = await open(await write('unknown', given), {}, '#question=a')
    await page.getByText('The whole way, from text to score').click()
    expect(await page.locator('.way section').nth(2).locator('.bad').allTextContents()).toEqual(['[UNK]', '[UNK]'])
    expect(await page.locator('.way section').nth(2).textContent()).toContain('2 pieces of question and context [UNK]')
    await page.close()
  })

  it('names the command for a question whose way is left out', async () => {
    const doc_start = inputs.windows.doc_start.map(start => start + 1)
    const other = { ...inputs, windows: { ...inputs.windows, doc_start } }
    const { page } = await open(await write('other', other), {}, '#question=b')
    await page.getByText('The whole way, from text to score').click()
    expect(await page.locator('.way p').textContent()).toBe(
      'It is left out of this file. This shows it: pipeline trace FILE --question b',
    )
    expect(await page.locator('aside').textContent()).toContain(
      'Of 4 of 4 questions the whole way is not told: a stage of your own cut them into pieces or windows, as this page cannot. `pipeline trace FILE --question ID` shows it.',
    )
    await page.close()
  })

  it('is used with the keyboard alone', async () => {
    const { page } = await open(file)
    await page.getByLabel('Search').focus()
    for (let stop = 0; stop < 5; stop++) await page.keyboard.press('Tab')
    const list = page.getByRole('listbox')
    expect(await list.evaluate(element => element === document.activeElement)).toBe(true)
    const chosen = () => page.locator('[role=option][aria-selected=true] .asked').allTextContents()
    await page.keyboard.press('ArrowDown')
    expect(await chosen()).toEqual(['What ends here?'])
    await page.keyboard.press('End')
    expect(await chosen()).toEqual(['Where is it said that nobody asked?'])
    expect(await list.getAttribute('aria-activedescendant')).toBe('row-3')
    await page.keyboard.press('ArrowUp')
    expect(await page.locator('.question h3').textContent()).toBe('What did Anna ask?')
    // The whole way opens with a key, and is open for the next question, too.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const read = () => page.locator('.way section').nth(0).locator('dd').first().textContent()
    await expect.poll(read).toBe('What did Anna ask?')
    await list.focus()
    await page.keyboard.press('Home')
    await expect.poll(read).toBe('What ends here?')
    await page.close()
  })

  const places = [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['a phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
  ] as const
  it.each(places)('can be read by everybody: axe finds nothing, %s', async (_, options) => {
    const { page } = await open(file, options)
    await page.getByRole('option', { name: 'Who wrote it?' }).click()
    for (const each of await page.locator('summary').all()) await each.click()
    for (const each of await page.locator('.way section summary').all()) await each.click()
    expect(await axeFindings(page)).toEqual([])
    await page.close()
  })

  it('is as wide as a phone, and dark where the reader wants it', async () => {
    const { page } = await open(file, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' })
    await page.getByRole('option', { name: 'Who wrote it?' }).click()
    await page.getByText('The whole way, from text to score').click()
    await page.getByText(/^Window 0: all/).click()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const dark = await ground()
    await page.emulateMedia({ colorScheme: 'light' })
    expect([dark, await ground()]).toEqual(['rgb(20, 23, 27)', 'rgb(255, 255, 255)'])
    await page.close()
  })

  it('prints', async () => {
    const { page } = await open(file)
    await page.getByRole('option', { name: 'Who wrote it?' }).click()
    await page.getByText('The whole way, from text to score').click()
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.way section').first().isVisible()).toBe(true)
    expect([await page.locator('nav').isVisible(), await page.getByRole('listbox').isVisible()]).toEqual([false, false])
    expect(await page.locator('.passage').isVisible()).toBe(true)
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    await page.close()
  })

  it('runs nothing that stands in the data', async () => {
    const evil = (where: string) =>
      `</script><img src=x onerror="window.taken='${where}'"><script>window.taken='${where}'</script>&lt;b&gt; \u2028`
    const { a, ...rest } = { a: [evil('answer')], b: ['Anna'], c: [], d: ['where'] }
    const examples = examplesOf(rest)
    const changed = {
      ...examples,
      ids: examples.ids.map(id => evil(id)),
      questions: examples.questions.map(() => evil('question')),
      contexts: examples.contexts.map(context => `${evil('context')}${context}`),
      answers: examples.answers.map(all => (all.length > 0 ? a : all)),
    }
    const predictions = predictionsOf(
      Object.fromEntries(changed.ids.map(id => [id, evil('prediction')])),
      Object.fromEntries(changed.ids.map(id => [id, 0])),
    )
    const stages = run.stages.map(stage => ({
      ...stage,
      name: `${stage.name} ${evil('stage')}`,
      config: { [evil('parameter')]: evil('value') },
      warnings: [evil('warning')],
      inputs: {},
      after: [],
    }))
    const file = await write('evil', {
      examples: changed,
      windows: (await windowsOf(changed)).windows,
      predictions,
      run: { pipeline: evil('title'), stages },
      log: inputs.log,
    })
    const { page, trouble } = await open(file)
    await page.locator('.row').first().click()
    for (const each of await page.locator('summary').all()) await each.click()
    await page.getByText(/^Window 0: all/).click()
    expect(await page.locator('.way').textContent()).toContain(evil('question'))
    expect(await page.locator('h1').textContent()).toBe(`Report: ${evil('title')}`)
    expect(await page.locator('.question h3').textContent()).toBe(evil('question'))
    expect(await page.locator('.passage').textContent()).toContain(evil('context'))
    expect(await page.evaluate(() => ('taken' in window ? window.taken : 'nothing'))).toBe('nothing')
    expect([await page.locator('img').count(), trouble]).toEqual([0, []])
    await page.close()
  })
})
