// The public entry `sluice/page`: the page that the stage `report` writes.

export { comparisonPage } from './comparison-page.ts'
export { BY_COMMAND, fitPage, MOST_BYTES } from './fit-page.ts'
export type { Scores, Summary } from './page-data.ts'
export type { Shown } from './question-columns.ts'
export { thinLog } from './thin-log.ts'
export type { Followed } from './way-columns.ts'
export { followQuestions } from './way-columns.ts'
export { PAGE_MARK } from './write-page.ts'
