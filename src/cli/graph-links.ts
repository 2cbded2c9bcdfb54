import type { Plan, PlannedStage } from '../plan/plan.ts'
import { inputsOf, kindOf } from '../plan/ports.ts'

/** A stage as it is drawn: under a name that any language of graphs takes. */
export interface Node {
  readonly id: string
  readonly label: string
}

/** What a stage takes from another; an optional input that is left open comes from nowhere, and so does the record of the run. */
export interface Link {
  readonly from: string | undefined
  /** What stands in the place of a stage where there is none. */
  readonly place?: 'open' | 'the run'
  readonly to: string
  /** The artifact's kind, after the port's name where that says something else. None where only the order matters. */
  readonly label: string | undefined
}

export interface Links {
  readonly nodes: readonly Node[]
  readonly links: readonly Link[]
}

/** The stages of a plan and what connects them, in its order. */
export const linksOf = ({ stages }: Plan): Links => {
  const ids = new Map(stages.map(({ name }, index) => [name, `s${index}`]))
  const idOf = (name: string): string => ids.get(name)!
  return {
    nodes: stages.map(({ name, uses }) => ({ id: idOf(name), label: uses === name ? name : `${name} (${uses})` })),
    links: stages.flatMap(stage => linksTo(stage, idOf)),
  }
}

const linksTo = (
  { name, definition, inputs, recorded, after }: PlannedStage,
  idOf: (name: string) => string,
): Link[] => {
  const taken = Object.entries(inputsOf(definition)).map(([port, input]): Link => {
    const source = inputs[port]
    const label = labelOf(port, kindOf(input))
    if (source) return { from: idOf(source.stage), to: idOf(name), label }
    return { from: undefined, place: recorded?.ports.includes(port) ? 'the run' : 'open', to: idOf(name), label }
  })
  const sources = new Set(Object.values(inputs).map(({ stage }) => stage))
  // The run stands for the stages that are told of in its record.
  const order = after.filter(before => !sources.has(before) && !recorded?.stages.includes(before))
  return [...taken, ...order.map((before): Link => ({ from: idOf(before), to: idOf(name), label: undefined }))]
}

/** `TrainingSet`, of a port `training_set` or `trainingSet`; `eval_windows: Windows`. */
const labelOf = (port: string, kind: string): string => (plain(port) === plain(kind) ? kind : `${port}: ${kind}`)

const plain = (name: string): string => name.replaceAll(/[-_]/g, '').toLowerCase()
