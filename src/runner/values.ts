import type { PlannedStage, Source } from '../plan/plan.ts'

/** The values that later stages of this run still need, so that what was just made is not read back from the disk. */
export interface Values {
  get(source: Source): { readonly value: unknown } | undefined
  /** Keeps an output's value, if some stage will still ask for it. */
  put(source: Source, value: unknown): void
  /** Says that a stage has ended, however it did: what nobody else needs is let go. */
  ended(stage: PlannedStage): void
}

export const createValues = (stages: readonly PlannedStage[]): Values => {
  const kept = new Map<string, { readonly value: unknown }>()
  const awaited = new Map<string, Set<string>>()
  for (const { name, inputs } of stages) {
    for (const source of Object.values(inputs)) {
      const consumers = awaited.get(nameOf(source)) ?? new Set()
      awaited.set(nameOf(source), consumers.add(name))
    }
  }
  return {
    get: source => kept.get(nameOf(source)),
    put(source, value) {
      if ((awaited.get(nameOf(source))?.size ?? 0) > 0) kept.set(nameOf(source), { value })
    },
    ended({ name, inputs }) {
      for (const source of Object.values(inputs)) {
        const consumers = awaited.get(nameOf(source))
        consumers?.delete(name)
        if (consumers?.size === 0) kept.delete(nameOf(source))
      }
    },
  }
}

const nameOf = ({ stage, port }: Source): string => `${stage}.${port}`
