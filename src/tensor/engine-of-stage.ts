// What a stage that computes needs: `checkEngine` in its `check`, `engineInKey` in its `machine`, `plannedEngine` in its `run`.
import type { ChosenEngine, Device, Engine } from './backend.types.ts'
import { chooseEngine, type EngineProblem, type EngineSettings, expectEngine, idleDevice, whyThis } from './engine.ts'
import type { InstalledPackage, Look } from './probe/look.ts'
import { probeEngines } from './probe/record.ts'

/** What is wrong with a stage's engine on this machine, and what is a pity. */
export function checkEngine(
  settings: EngineSettings,
  look: Look,
): (EngineProblem & { readonly severity?: 'warning' })[] {
  const record = probeEngines(look)
  const choice = chooseEngine(settings, record)
  if ('problem' in choice) return [choice.problem]
  const idle = idleDevice(settings, record)
  return idle ? [{ ...idle, at: '/engine', severity: 'warning' }] : []
}

/** What of an engine a result depends on. */
export type EngineInKey = {
  readonly engine: Engine
  readonly device: Device
  readonly package: string
  readonly version: string
}

/** The engine that the settings stand for on this machine, for a stage's key. */
export function engineInKey(settings: EngineSettings, look: Look): EngineInKey {
  const { engine, device, package: name, version } = expectEngine(settings, probeEngines(look))
  return { engine, device, package: name, version }
}

/**
 * The cores that an engine keeps busy. All of them on a CUDA device: two that compute there would share its memory. TensorFlow
 * heeds `threads` only where it is opened first in a process; `reference` computes in one thread, whatever it is told.
 */
export function coresOf(threads: number | undefined, planned: Readonly<Record<string, unknown>>): number | 'all' {
  const { engine, device } = planned as Partial<EngineInKey>
  if (device === 'cuda' || engine === 'tensorflow') return 'all'
  return engine === 'reference' ? 1 : (threads ?? 'all')
}

/** The engine that was planned, to open it. `find` says where a package lies. */
export function plannedEngine(
  settings: EngineSettings,
  planned: Readonly<Record<string, unknown>>,
  find: (name: string) => InstalledPackage | undefined,
): ChosenEngine {
  const key = planned as EngineInKey
  const folder = find(key.package)?.folder
  return { ...key, ...(folder !== undefined && { folder }), why: whyThis(settings, key) }
}
