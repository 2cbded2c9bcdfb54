import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { findFile } from '../cache/files-by-field.ts'
import type { Scratch } from '../cache/scratch.ts'
import { openStore } from '../cache/store.ts'
import type { PlannedStage } from '../plan/plan.ts'
import { resourcesOf } from '../plan/resources.ts'
import type { Json } from '../plugin/artifact.ts'
import { keyConfig, locationFields } from '../plugin/fields.ts'
import type { AnyKind, AnyStage } from '../plugin/stage.ts'
import { callStage } from '../runner/call-stage.ts'
import { checkRecords } from '../runner/check-records.ts'
import type { RunEvent } from '../runner/events.ts'
import { codecTrip, type Trip } from './codec-trip.ts'
import { difference } from './difference.ts'

export interface OneRun {
  readonly config: Json
  readonly machine: Readonly<Record<string, Json>>
  readonly inputs: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal | undefined
  /** Where packages are looked for; by default in the current folder. */
  readonly from: string | undefined
  /** What the run may write to. */
  readonly folder: string
}

/** How many records of a result are held against their schema. */
const mostRecords = 1000

export type Made = Awaited<ReturnType<typeof runOnce>>

/** Runs a stage as the runner does, checks what it did to its inputs, and takes its outputs through their codecs. */
export async function runOnce(stage: AnyStage, { config, machine, inputs, signal, from, folder }: OneRun) {
  const planned: PlannedStage = { ...plannedAlone(stage, config), machine }
  const files: string[] = []
  const events: RunEvent[] = []
  const untouched = structuredClone(inputs)
  const { outputs, wrote } = await callStage({
    stage: planned,
    folder: from ?? process.cwd(),
    inputs,
    store: await openStore({ path: join(folder, 'cache'), ours: false }),
    scratch: freshScratch(join(folder, 'scratch'), ([file]) => files.push(findFile(file!, planned.locations)!)),
    signal: signal ?? new AbortController().signal,
    emit: event => void events.push(event),
    graceMs: 10_000,
  })
  checkUntouched(stage.name, untouched, inputs)
  const trips: Record<string, Trip<unknown>> = {}
  for (const [port, kind] of Object.entries<AnyKind>(stage.outputs ?? {})) {
    await checkRecords(stage.name, port, kind, outputs[port], mostRecords)
    trips[port] = await codecTrip(kind, outputs[port], join(folder, `output-${port}`))
  }
  const written = wrote.map(file => findFile(file, planned.locations)!)
  return { ...heard(events), files, wrote: [...new Set(written)], trips }
}

/** A stage as it would stand in a plan, with its configuration alone. */
function plannedAlone(definition: AnyStage, config: Json): PlannedStage {
  const locations = locationFields(definition.config, config)
  return {
    name: definition.name,
    uses: definition.name,
    definition,
    code: '',
    config: config as PlannedStage['config'],
    keyConfig: keyConfig(definition.config, config) as PlannedStage['keyConfig'],
    locations: locations.map(({ pointer, value, output }) => ({ pointer, path: value, output })),
    resources: resourcesOf(definition, config as PlannedStage['config']),
    inputs: {},
    after: [],
    where: {},
  }
}

/** As after no interrupted run. */
const freshScratch = (dir: string, declare: Scratch['declare']): Scratch => ({
  path() {
    mkdirSync(dir, { recursive: true })
    return dir
  },
  declare,
  remove: () => {},
  spent: 0,
  spend: () => {},
})

const checkUntouched = (stage: string, before: OneRun['inputs'], after: OneRun['inputs']): void => {
  for (const port of Object.keys(before)) {
    const place = difference(before[port], after[port])
    if (place !== undefined)
      throw new Error(
        `stage ${stage} changed its input \`${port}\`${place === '' ? '' : ` at ${place}`}: other stages may be given the same value, and must find it as it was`,
      )
  }
}

/** What a stage said while it ran. */
function heard(events: readonly RunEvent[]) {
  const warnings: string[] = []
  const infos: string[] = []
  const results: Record<string, number | string> = {}
  const steps: Readonly<Record<string, number>>[] = []
  for (const event of events) {
    if (event.event === 'log') (event.level === 'warn' ? warnings : infos).push(event.message)
    if (event.event === 'result') results[event.name] = event.value
    if (event.event !== 'step') continue
    const { event: _, stage, ...numbers } = event
    steps.push(numbers as Readonly<Record<string, number>>)
  }
  return { warnings, infos, results, steps }
}
