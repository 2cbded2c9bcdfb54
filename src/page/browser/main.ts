// What runs in a page: unpacks its blocks and draws them, the small one first.
import { readBlock } from './blocks.ts'
import { comparisonParts } from './comparison.ts'
import { curvesSection } from './curves.ts'
import { h } from './elements.ts'
import { overview } from './overview.ts'
import { pipelineSection } from './pipeline.ts'
import { questionsSection } from './questions.ts'
import { scoresSection } from './scores.ts'
import { windowsSection } from './windows.ts'

const comparison = await readBlock('comparison')
if (comparison) draw(...comparisonParts(comparison))
else await drawReport()
document.documentElement.dataset.ready = 'true'

async function drawReport() {
  const summary = (await readBlock('summary'))!
  const { run, log, scores, windows } = summary
  const stages = run?.stages ?? []
  const sections = [
    run && pipelineSection(run),
    log && log.length > 0 && curvesSection(log),
    scores && scoresSection(scores),
    (windows || stages.length > 0) && windowsSection(windows, stages),
  ].filter(each => each instanceof HTMLElement)
  const add = draw(overview(summary), sections)

  const questions = await readBlock('questions')
  if (!questions) return
  const later = Promise.all([readBlock('candidates'), readBlock('ways')]).then(([candidates, ways]) => ({
    candidates,
    ways,
  }))
  add(questionsSection(questions, later))
  await later
}

/** Puts what stands above, and sections with a link to each, into the page; gives what adds another section. */
function draw(above: readonly Node[], sections: readonly HTMLElement[]): (section: HTMLElement) => void {
  const links = h('ul')
  const main = h('main', {}, ...above)
  document.body.append(h('nav', { 'aria-label': 'Parts of this report' }, links), main)
  const add = (section: HTMLElement) => {
    links.append(h('li', {}, h('a', { href: `#${section.id}` }, section.firstElementChild?.textContent)))
    main.append(section)
  }
  sections.forEach(add)
  return add
}
