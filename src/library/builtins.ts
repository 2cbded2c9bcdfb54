import type { BuiltinStages } from '../plugin/resolve.ts'

/** The built-in stages, in the order in which pipelines use them. None is loaded before it is named. */
export const builtins: BuiltinStages = {
  read: () => import('../../stages/read.ts'),
  tokenize: () => import('../../stages/tokenize.ts'),
  span: () => import('../../stages/span.ts'),
  cache: () => import('../../stages/cache.ts'),
  train: () => import('../../stages/train.ts'),
  save: () => import('../../stages/save.ts'),
  export: () => import('../../stages/export.ts'),
  predict: () => import('../../stages/predict.ts'),
  evaluate: () => import('../../stages/evaluate.ts'),
  report: () => import('../../stages/report.ts'),
  shell: () => import('../../stages/shell.ts'),
}
