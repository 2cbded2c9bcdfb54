/**
 * A number with its thousands grouped: `12,345`, `-1,234.5`. As `toLocaleString('en')` has it, which loads Intl and so
 * takes longer than the rest of what a run with nothing to do prints.
 */
export const grouped = (value: number): string => {
  const [whole = '', ...fraction] = String(value).split('.')
  return [whole.replaceAll(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.')
}
