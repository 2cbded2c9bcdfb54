import { unreadable } from '../cache/changed-files.ts'
import type { FileMemo } from '../cache/file-memo.ts'
import type { Store } from '../cache/store.ts'
import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import type { Plan, PlannedStage } from '../plan/plan.ts'
import { spoken } from '../plugin/pointer.ts'

/** The files of a stage that have another digest than the one that is written beside them. One that is not there has none. */
export const wrongPins = async ({ name, locations }: PlannedStage, memo: FileMemo): Promise<Diagnostic[]> => {
  const wrong: Diagnostic[] = []
  for (const { pointer, path, source, pin } of locations) {
    if (pin === undefined || source?.there === false) continue
    const found = await memo.digest(path).catch(() => unreadable)
    if (found === null || found === pin.sha256 || found === unreadable) continue
    const where = source === undefined ? path : `${source.address.text} (${path})`
    wrong.push({
      severity: 'error',
      code: 'wrong-sha256',
      message: `\`${spoken(pointer)}\` of stage \`${name}\` must have the SHA-256 digest ${pin.sha256}; found ${found}, in ${where}.`,
      ...pin.written,
      hint: hint(pin.pointer === pointer ? undefined : spoken(pin.pointer), source !== undefined),
    })
  }
  return wrong
}

const hint = (parameter: string | undefined, fetched: boolean): string =>
  `It is not the file that was meant; if it is the right one, write its digest ${parameter === undefined ? 'behind `#sha256=`' : `as \`${parameter}\``}.${fetched ? ' `--rehash` asks whether another one is there by now.' : ''}`

/** Refuses a plan in whose chosen stages a file has another digest than the one beside it, before anything runs. */
export const expectPins = async (
  { stages }: Plan,
  chosen: ReadonlySet<string>,
  { memo }: Pick<Store, 'memo'>,
): Promise<void> => {
  const wrong: Diagnostic[] = []
  for (const stage of stages) if (chosen.has(stage.name)) wrong.push(...(await wrongPins(stage, memo)))
  if (wrong.length > 0) throw diagnosticsError(...wrong)
}
