import { closeSync, openSync } from 'node:fs'
import { isatty } from 'node:tty'

/**
 * When it ends, Node puts its terminal back as it was, and crashes where that is gone: then an exit code would say that a run which
 * ended tidily did not. So what has become of a closed terminal is exchanged for nothing, which Node leaves alone.
 */
export const mindClosedTerminal = (): void => {
  const terminals = [0, 1, 2].filter(isatty)
  if (terminals.length === 0) return
  process.on('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) discard(fd)
  })
}

const discard = (fd: number): void => {
  try {
    closeSync(fd)
    // Takes the lowest number that is free: that one.
    openSync('/dev/null', 'r+')
  } catch {
    // It was closed before, or there is no such file: a number that names nothing is left alone as well.
  }
}
