import type { Cell, CellValue } from '../config/cells.ts'
import type { PipelineDocument } from '../config/document.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { fromPointer, spoken } from '../plugin/pointer.ts'
import { isKeyed } from './cell-folders.ts'
import { fail, listed, parameterPath } from './context.ts'
import { groupBy } from './group-by.ts'
import type { Plan } from './plan.ts'
import { inKeyOrder } from './results.ts'

interface CheckedCell {
  readonly cell: Cell
  readonly document: PipelineDocument
  readonly plan: Plan
  readonly results: ReadonlyMap<string, string>
}

type Report = (diagnostic: Diagnostic) => void

/** Reports axes that make no difference: most likely a variable that nothing refers to, and so the same results several times. */
export const reportIdleAxes = (cells: readonly CheckedCell[], report: Report): void => {
  const [first] = cells
  if (!first) return
  const work = cells.map(({ cell, plan }) => ({ cell, digest: workOf(plan) }))
  for (const [index, { axis, path, key }] of first.cell.entries()) {
    if (new Set(cells.map(({ cell }) => cell[index]!.text)).size < 2) continue
    const besides = groupBy(work, ({ cell }) => textOf(cell.filter((_, other) => other !== index)))
    if ([...besides.values()].some(group => new Set(group.map(({ digest }) => digest)).size > 1)) continue
    const message = `\`${axis}\` in \`matrix\` changes nothing: every stage is the same with each of its values.`
    const hint = isVariable(path) ? `Write \`\${${path}}\` under \`with\` where it is to count.` : 'Remove it.'
    fail({ document: first.document, report }, 'idle-axis', message, key, { hint })
  }
}

/** Reports locations to which several cells would write different results: the last would be left. */
export const reportSharedOutputs = (cells: readonly CheckedCell[], report: Report): void => {
  const outputs = cells.flatMap(({ cell, document, plan, results }) =>
    plan.stages.flatMap(stage =>
      stage.locations
        .filter(({ output, pointer }) => output && isKeyed(stage, pointer))
        .map(({ pointer, path }) => ({
          cell,
          document,
          stage: stage.name,
          pointer,
          path,
          result: results.get(stage.name),
        })),
    ),
  )
  const said = new Set<string>()
  for (const [path, all] of groupBy(outputs, each => each.path)) {
    const [one] = all
    const other = all.find(each => each.cell !== one!.cell && each.result !== one!.result)
    const place = `${one!.stage} ${one!.pointer}`
    if (!one || !other || said.has(place)) continue
    said.add(place)
    const { document, stage, pointer } = one
    const at = parameterPath(stage, fromPointer(pointer))
    const cells = new Set(all.map(each => each.cell)).size
    const message = `\`${spoken(pointer)}\` of stage \`${stage}\` is ${path} in ${cells} cells, which would write different results to it.`
    const hint = howToTellApart(axesThatMatter(all))
    fail({ document, report }, 'shared-output', message, document.locate(at), { hint, related: document.origins(at) })
  }
}

/** The axes with which alone a result changes. */
const axesThatMatter = (
  all: readonly { readonly cell: Cell; readonly result: string | undefined }[],
): readonly CellValue[] =>
  all[0]!.cell.filter((_, index) => {
    const besides = groupBy(all, ({ cell }) => textOf(cell.filter((_, other) => other !== index)))
    return [...besides.values()].some(group => new Set(group.map(({ result }) => result)).size > 1)
  })

const howToTellApart = (axes: readonly CellValue[]): string => {
  const variables = axes.filter(({ path }) => isVariable(path)).map(({ path }) => `\${${path}}`)
  const others = axes.filter(({ path }) => !isVariable(path)).map(({ axis }) => axis)
  const put = variables.length > 0 ? [`Put ${listed(variables)} into it.`] : []
  const make = others.map(
    axis => `Make a variable of \`${axis}\`, name that in \`matrix\`, and put it into the location too.`,
  )
  return [...put, ...make].join(' ')
}

const isVariable = (path: string): boolean => path.startsWith('vars.')
const textOf = (values: readonly CellValue[]): string => JSON.stringify(values.map(({ text }) => text))

const workOf = ({ stages }: Plan): string =>
  inKeyOrder(stages.map(({ name, uses, config, inputs, after }) => ({ name, uses, config, inputs, after })))
