// Reads Vitest's JSON report. To stdout: `PASSED FAILED`; to stderr: what was skipped, and why as its name says.
import { existsSync, readFileSync } from 'node:fs'

const [file] = process.argv.slice(2)
if (!file || !existsSync(file)) {
  console.error('No test report was written: the tests did not start.')
  console.log('0 1')
} else {
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const tests = report.testResults.flatMap(suite => suite.assertionResults)
  const skipped = tests.filter(test => test.status === 'skipped' || test.status === 'pending')
  // A suite that could not be loaded has no tests of its own, and must not pass unseen.
  const broken = report.testResults.filter(suite => suite.status === 'failed' && suite.assertionResults.length === 0)
  const shared = process.env.SLUICE_SHARED ?? '../shared'
  const reason = existsSync(shared)
    ? 'what they need is not on this machine (see their names)'
    : `the oracles are not at ${shared}`
  console.error(`${skipped.length} tests skipped${skipped.length > 0 ? `: ${reason}` : ''}`)
  for (const test of skipped) console.error(`  skipped: ${test.fullName}`)
  const count = status => tests.filter(test => test.status === status).length
  console.log(`${count('passed')} ${count('failed') + broken.length}`)
}
