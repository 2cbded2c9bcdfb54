import { writeSync } from 'node:fs'
import { Listr, ListrTaskState, Spinner } from 'listr2'

/** How a line ended. */
export type Mark = 'done' | 'failed' | 'skipped'

export interface LiveList {
  /** Shows what is now known of a line, and that it has begun; with a mark, that it has ended. */
  update(line: number, title: string, mark?: Mark): void
  /** Draws the list for the last time and leaves the terminal as it was found. */
  end(): Promise<void>
}

/**
 * listr2 owns the screen, the spinner and the marks; each line is a task of its list, whose promise is settled by the
 * line's mark, and whose title is all that is known of it. All tasks are begun at once, because lines begin and end in any
 * order, and each waits for its line's beginning first. The list is drawn once `after` is settled.
 */
export const liveList = (titles: readonly string[], after: Promise<void> = Promise.resolve()): LiveList => {
  const marks = titles.map((): Mark => 'skipped')
  const beginnings = titles.map(gate)
  const ends = titles.map(gate)
  const list = new Listr<unknown, 'default'>(
    titles.map((title, i) => ({
      title,
      task: async (_, task) => {
        const line = list.tasks[i]!
        line.state = ListrTaskState.WAITING
        await beginnings[i]!.opened
        line.state = ListrTaskState.STARTED
        await ends[i]!.opened
        if (marks[i] === 'failed') throw new Error(`${title} failed`)
        if (marks[i] === 'skipped') task.skip()
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false, showSkipMessage: false, spinner: new CalmingSpinner() },
    },
  )
  const restoreCursor = (): void => void writeSync(1, '\u001b[?25h\n')
  process.once('exit', restoreCursor)
  const running = after.then(() => list.run())

  return {
    update(line, title, mark) {
      // Not through listr2's setter, which would redraw at once: the spinner's clock redraws often enough.
      list.tasks[line]!.title = title
      beginnings[line]!.open()
      if (mark === undefined) return
      marks[line] = mark
      ends[line]!.open()
    },
    async end() {
      for (const each of [...beginnings, ...ends]) each.open()
      await running
      process.removeListener('exit', restoreCursor)
    },
  }
}

/** Ten times a second at first. A redraw takes milliseconds, and whoever watches for longer needs it once a second. */
class CalmingSpinner extends Spinner {
  #clock: NodeJS.Timeout | undefined

  override start(draw?: () => void): void {
    const begun = performance.now()
    const turn = (): void => {
      this.#clock = setTimeout(turn, performance.now() - begun < 15_000 ? 100 : 1000)
      this.spin()
      draw?.()
    }
    this.#clock = setTimeout(turn, 100)
  }

  override isRunning(): boolean {
    return this.#clock !== undefined
  }

  override stop(): void {
    clearTimeout(this.#clock)
    this.#clock = undefined
  }
}

const gate = (): { readonly opened: Promise<void>; open(): void } => {
  let open = (): void => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open: () => open() }
}
