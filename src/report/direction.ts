export type Direction = 'higher' | 'lower'

/** Which values of a metric are better, by the last word of its name; undefined where that is not known. */
export const directionOf = (metric: string): Direction | undefined => {
  const last = metric
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .at(-1)
  return last === undefined ? undefined : directions[last]
}

const directions: Readonly<Record<string, Direction>> = {
  acc: 'higher',
  accuracy: 'higher',
  auc: 'higher',
  bleu: 'higher',
  em: 'higher',
  exact: 'higher',
  f1: 'higher',
  match: 'higher',
  mrr: 'higher',
  precision: 'higher',
  recall: 'higher',
  rouge: 'higher',
  cer: 'lower',
  error: 'lower',
  loss: 'lower',
  mae: 'lower',
  mse: 'lower',
  nll: 'lower',
  perplexity: 'lower',
  ppl: 'lower',
  rmse: 'lower',
  wer: 'lower',
}
