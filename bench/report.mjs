// A report of a whole dev set in Chromium: its size, how long until it is open with its list of questions drawn, and the longest
// frame of a scripted scroll through all questions; on a busy machine, what the page's own thread computed at a time says more. Predictions are given; each question's other candidates are cut from
// its passage at random, as many as `predict` gives, with logits at random. Windows are those of the vocabulary, of 384 tokens.
// usage: npm run build && node bench/report.mjs DEV.json.gz PREDICTIONS.json.gz VOCAB.txt [--chromium FILE] [--keep FILE]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { fitPage, followQuestions } from '../dist/page.js'
import {
  byAnswerLength,
  byContextLength,
  byQuestionKind,
  defaultWindowSettings,
  makeWindows,
  parseVocabulary,
  questionKind,
  questionScores,
  readExamples,
  readText,
  scoresByGroup,
  tokenizeExamples,
} from '../dist/squad.js'
import { makeRandom } from '../pipelines/sample/random.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { chromium: { type: 'string', default: '/usr/bin/chromium' }, keep: { type: 'string' } },
})
const [dev, given, vocab] = positionals
const CANDIDATES = 20
const RUNS = 3

const squad = JSON.parse(await readText(dev))
const { examples } = readExamples(squad, { for: 'evaluation', version_2_with_negative: false }, dev)
const predictions = predictionsOf(JSON.parse(await readText(given)))
const { pieces } = await tokenizeExamples(examples, parseVocabulary(await readText(vocab)), true)
const { windows } = makeWindows(pieces, defaultWindowSettings)

const begun = performance.now()
const scores = questionScores(examples, predictions)
const options = { resamples: 2000, seed: 42 }
const all = { label: 'all', members: examples.ids.map((_, index) => index) }
const groups = [
  ['By what is asked for', byQuestionKind(examples)],
  ['By the length of the answer', byAnswerLength(examples)],
  ['By the length of the passage', byContextLength(examples)],
].map(([title, groups]) => ({ title, scores: scoresByGroup(scores, groups, options) }))
const [total] = scoresByGroup(scores, [all], options)
const summary = {
  title: 'Benchmark',
  scores: { metrics: {}, resamples: options.resamples, all: total, groups, thresholds: [] },
  left_out: [],
}
const scored = performance.now()
const page = fitPage(summary, {
  examples,
  predictions,
  scores,
  kinds: examples.questions.map(questionKind),
  followed: followQuestions(examples, windows, undefined),
})
const made = performance.now()

const folder = mkdtempSync(join(tmpdir(), 'sluice-report-'))
const file = values.keep ?? join(folder, 'report.html')
writeFileSync(file, page)
const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox'] })
try {
  console.log(
    `${examples.ids.length} questions: ${(page.length / 1e6).toFixed(2)} MB, scores in ${seconds(scored - begun)}, page in ${seconds(made - scored)}`,
  )
  for (let run = 0; run < RUNS; run++) console.log(await look())
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}

/** Opens the page, and scrolls its list from the first question to the last in two hundred steps, one a frame. */
async function look() {
  const tab = await browser.newPage({ viewport: { width: 1200, height: 900 } })
  const started = performance.now()
  await tab.goto(pathToFileURL(file).href)
  await tab.locator('[role=option]').first().waitFor()
  const opened = performance.now() - started
  const trace = join(folder, 'trace.json')
  await browser.startTracing(tab, { categories: ['toplevel'], path: trace })
  const frames = await tab.evaluate(async () => {
    const list = document.querySelector('.list')
    list.scrollIntoView()
    const frame = () => new Promise(resolve => requestAnimationFrame(resolve))
    await frame()
    const steps = 200
    const times = []
    let last = await frame()
    for (let step = 1; step <= steps; step++) {
      list.scrollTop = ((list.scrollHeight - list.clientHeight) * step) / steps
      const now = await frame()
      times.push(now - last)
      last = now
    }
    return times.sort((a, b) => a - b)
  })
  await browser.stopTracing()
  await tab.close()
  const at = part => `${frames[Math.round(part * (frames.length - 1))].toFixed(1)} ms`
  return `open in ${seconds(opened)}; frames of the scroll: median ${at(0.5)}, 99 % ${at(0.99)}, longest ${at(1)}; longest task ${longestTask(trace).toFixed(1)} ms of CPU`
}

/** The most CPU time that the page's thread took at a time. */
function longestTask(trace) {
  const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8'))
  const place = ({ pid, tid }) => `${pid} ${tid}`
  const named = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const threads = new Set(named.map(place))
  const tasks = traceEvents.filter(
    event => event.ph === 'X' && event.name.endsWith('RunTask') && threads.has(place(event)),
  )
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000))
}

function predictionsOf(answers) {
  const random = makeRandom(7)
  const nbest = new Map()
  examples.ids.forEach((id, index) => {
    const words = examples.contexts[examples.context[index]].split(' ')
    const texts = new Set([answers[id] ?? ''])
    while (texts.size < CANDIDATES && texts.size < words.length) {
      const from = random.below(words.length)
      texts.add(words.slice(from, from + 1 + random.below(5)).join(' '))
    }
    const list = [...texts].map((text, place) => ({
      text,
      probability: 0.5 ** (place + 1),
      start_logit: random.below(800) / 100 - place,
      end_logit: random.below(800) / 100 - place,
    }))
    nbest.set(id, list)
  })
  return { version_2_with_negative: false, answers: new Map(Object.entries(answers)), nbest }
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`
}
