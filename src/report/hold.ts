import type { RunEvent } from '../runner/events.ts'
import type { Report } from './report.ts'

/** A report that tells nothing of a run in which all is reused: whoever ends it has a line for that. What has news is told from its start. */
export const holdWhileReused = (report: Report): Report => {
  let held: RunEvent[] | undefined = []
  return {
    event(event) {
      held?.push(event)
      if (held && !isNews(event)) return
      for (const each of held ?? [event]) report.event(each)
      held = undefined
    },
    end: () => report.end(),
  }
}

const isNews = (event: RunEvent): boolean => {
  if (event.event === 'stage') return event.status !== 'cached' && event.status !== 'skipped'
  return event.event !== 'run' && event.event !== 'result'
}
