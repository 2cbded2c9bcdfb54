// What runs in a report's page: unpacks its blocks and draws them, the small one first.
import { readBlock } from './blocks.ts'
import { curvesSection } from './curves.ts'
import { h } from './elements.ts'
import { overview } from './overview.ts'
import { pipelineSection } from './pipeline.ts'
import { questionsSection } from './questions.ts'
import { scoresSection } from './scores.ts'
import { windowsSection } from './windows.ts'

const summary = (await readBlock('summary'))!
const { run, log, scores, windows } = summary
const stages = run?.stages ?? []
const sections = [
  run && pipelineSection(run),
  log && log.length > 0 && curvesSection(log),
  scores && scoresSection(scores),
  (windows || stages.length > 0) && windowsSection(windows, stages),
].filter(each => each instanceof HTMLElement)

const main = h('main', {}, ...overview(summary), ...sections)
const links = h('ul')
const addLink = ({ id, firstElementChild }: HTMLElement) =>
  links.append(h('li', {}, h('a', { href: `#${id}` }, firstElementChild?.textContent)))
sections.forEach(addLink)
document.body.append(h('nav', { 'aria-label': 'Parts of this report' }, links), main)

const questions = await readBlock('questions')
if (questions) {
  const later = Promise.all([readBlock('candidates'), readBlock('ways')]).then(([candidates, ways]) => ({
    candidates,
    ways,
  }))
  const section = questionsSection(questions, later)
  addLink(section)
  main.append(section)
  await later
}
document.documentElement.dataset.ready = 'true'
