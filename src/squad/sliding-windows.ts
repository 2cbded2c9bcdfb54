/** The windows of one document: each `room` pieces long but for the last, each `step` further on than the one before. */
export interface Sliding {
  readonly pieces: number
  readonly room: number
  readonly step: number
  readonly count: number
}

/**
 * Lays windows over a document: they start at 0 and advance by `min(window length, doc_stride)` until one reaches the
 * end. A document without pieces has none.
 *
 * @param room how many pieces a window holds, at least 1.
 */
export function slidingWindows(pieces: number, room: number, doc_stride: number): Sliding {
  const step = Math.min(room, doc_stride)
  const count = pieces === 0 ? 0 : Math.max(0, Math.ceil((pieces - room) / step)) + 1
  return { pieces, room, step, count }
}

/** The document piece that a window starts at. */
export const windowStart = (windows: Sliding, index: number): number => index * windows.step

/** How many document pieces a window holds. */
export const windowLength = (windows: Sliding, index: number): number =>
  Math.min(windows.room, windows.pieces - index * windows.step)

/**
 * The window in which a piece has most context: the highest `min(pieces to its left, pieces to its right) + 0.01 ×
 * window length`, the first of equals.
 *
 * All windows but the last have one length, so of those the best is the one whose middle is nearest: two candidates and
 * the last window are all that must be compared, however many windows hold the piece.
 */
export function bestWindow(windows: Sliding, piece: number): number {
  const { room, step, count } = windows
  const nearest = Math.floor((2 * piece - (room - 1)) / (2 * step))
  const [first, second] = [clamp(nearest, count - 2), clamp(nearest + 1, count - 2)]
  return better(windows, piece, better(windows, piece, first, second), count - 1)
}

/** The one of two windows in which a piece has more context; the earlier one of equals. */
const better = (windows: Sliding, piece: number, earlier: number, later: number): number =>
  contextScore(windows, later, piece) > contextScore(windows, earlier, piece) ? later : earlier

const clamp = (index: number, highest: number) => Math.max(0, Math.min(index, highest))

/** The sum is written as BERT's reference writes it: a tie depends on how it is rounded. */
function contextScore(windows: Sliding, index: number, piece: number): number {
  const left = piece - windowStart(windows, index)
  const length = windowLength(windows, index)
  const right = length - 1 - left
  return left < 0 || right < 0 ? Number.NEGATIVE_INFINITY : Math.min(left, right) + 0.01 * length
}
