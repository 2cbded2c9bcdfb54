import type { Emit } from '../runner/events.ts'

/** Until then whoever pressed Ctrl-C does not wonder yet. */
const patienceMs = 1000

/** Passes events on. Where a stage still runs a while after the signal, says of it that it was heard, and what a second one does. */
export const tellOfStopping = (emit: Emit, signal: AbortSignal): Emit => {
  const running = new Set<string>()
  const tell = (): void => {
    for (const stage of running)
      emit({ event: 'log', stage, level: 'note', message: 'stopping; Ctrl-C again ends it at once' })
  }
  signal.addEventListener('abort', () => setTimeout(tell, patienceMs).unref(), { once: true })
  return event => {
    if (event.event === 'stage' && event.status === 'started') running.add(event.name)
    else if (event.event === 'stage') running.delete(event.name)
    emit(event)
  }
}
