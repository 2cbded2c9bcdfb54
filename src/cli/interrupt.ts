import { exit } from './exit.ts'

/**
 * Ctrl-C, SIGTERM and SIGHUP, once: the signal aborts, and what runs ends tidily. Twice: the process ends at once (children
 * end with it, see the shell stage). `release` gives the signals back.
 */
export const onInterrupt = (): { readonly signal: AbortSignal; release(): void } => {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exit.interrupted)
    controller.abort()
  }
  for (const name of signals) process.on(name, stop)
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.removeListener(name, stop)
    },
  }
}

/** The last: its terminal was closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
