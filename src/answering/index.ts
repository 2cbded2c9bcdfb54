// The public entry `sluice/answering`: a trained model that answers questions. Light on purpose: nothing is loaded before a
// model is opened.
export type { Answer, Question, Reader, ReaderSettings } from './answering.types.ts'
export { answeringCommands } from './commands.ts'

import type { openReader as open } from './open-reader.ts'

/** See `openReader` of open-reader.ts. */
export const openReader: typeof open = async (...args) => (await import('./open-reader.ts')).openReader(...args)
