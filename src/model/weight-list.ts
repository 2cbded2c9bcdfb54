import type { WeightSpec, WeightSpecs } from './network.types.ts'

/** Lists a network's weights, layer by layer. */
export interface WeightList {
  readonly specs: WeightSpecs
  /** An embedding table. */
  table(name: string, rows: number, width: number, paddingRow?: number): void
  norm(name: string, width: number): void
  /** A linear layer; its weight is `[outputs, inputs]`, as in PyTorch. */
  dense(name: string, outputs: number, inputs: number): void
}

export function weightList(): WeightList {
  const specs = new Map<string, WeightSpec>()
  return {
    specs,
    table: (name, rows, width, paddingRow) =>
      specs.set(`${name}.weight`, {
        shape: [rows, width],
        start: 'normal',
        decay: true,
        ...(paddingRow !== undefined && { paddingRow }),
      }),
    norm(name, width) {
      specs.set(`${name}.weight`, { shape: [width], start: 'ones', decay: false })
      specs.set(`${name}.bias`, { shape: [width], start: 'zeros', decay: false })
    },
    dense(name, outputs, inputs) {
      specs.set(`${name}.weight`, { shape: [outputs, inputs], start: 'normal', decay: true })
      specs.set(`${name}.bias`, { shape: [outputs], start: 'zeros', decay: false })
    },
  }
}
