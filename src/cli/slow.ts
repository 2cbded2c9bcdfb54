import type { PipelineDocument } from '../config/document.ts'
import { duration } from '../report/human.ts'
import type { Emit, RunEvent } from '../runner/events.ts'

/** Longer than somebody who waits would want to learn only at the end. */
const LONG_S = 2 * 3600
/** Before so many steps the time left is a guess. */
const JUDGE_AFTER = 5

type Profiles = PipelineDocument['profiles']

/**
 * Passes events on. Once a run, where a stage turns out to have hours to go, it adds which other profiles the file has:
 * one of them may be quicker.
 */
export const hintWhenSlow = (emit: Emit, profiles: Profiles, chosen: string | undefined): Emit => {
  const others = Object.entries(profiles).filter(([name]) => name !== chosen)
  let said = others.length === 0
  return event => {
    emit(event)
    if (said || !isSlow(event)) return
    said = true
    emit({ event: 'diagnostic', stage: event.stage, diagnostic: slow(event, others) })
  }
}

type Progress = Extract<RunEvent, { event: 'progress' }>

const isSlow = (event: RunEvent): event is Progress =>
  event.event === 'progress' && event.done >= JUDGE_AFTER && (event.numbers?.eta_s ?? 0) > LONG_S

const slow = ({ numbers }: Progress, others: readonly (readonly [string, string | undefined])[]) => ({
  severity: 'warning' as const,
  code: 'slow',
  message: [
    `This will take ${duration(1000 * numbers!.eta_s!)}. Other profiles of this file:`,
    ...others.map(([name, description]) => `  --profile ${name}${description === undefined ? '' : `: ${description}`}`),
  ].join('\n'),
})
