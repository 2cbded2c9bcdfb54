import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { mistake } from './arguments.ts'

/** The age that a flag gives, in ms. */
export const age = (flag: string, text: string): number =>
  amount(text, ages) ?? wrong(`${flag} needs an age with its unit, as 30d, 12h or 2w; found \`${text}\`.`, ages)

/** The size that a flag gives, in bytes. */
export const bytes = (flag: string, text: string): number =>
  amount(text, sizes) ?? wrong(`${flag} needs a size with its unit, as 20GB or 500MB; found \`${text}\`.`, sizes)

type Units = Readonly<Record<string, number>>

const ages: Units = { min: 60_000, h: 3600_000, d: 24 * 3600_000, w: 7 * 24 * 3600_000 }

const sizes: Units = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

const amount = (text: string, units: Units): number | undefined => {
  const [, number, name = ''] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/i.exec(text) ?? []
  const unit = Object.entries(units).find(([each]) => each.toLowerCase() === name.toLowerCase())
  return number === undefined || unit === undefined ? undefined : Number(number) * unit[1]
}

const wrong = (message: string, units: Units): never => {
  throw diagnosticsError(mistake('flag-value', message, `Units: ${Object.keys(units).join(', ')}.`))
}
