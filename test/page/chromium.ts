import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Debian's name, and what others call it. */
const names = ['chromium', 'chromium-browser', 'google-chrome']

/** A Chromium on this machine: that of `SLUICE_CHROMIUM`, else one of the path. */
export const chromium: string | undefined =
  process.env.SLUICE_CHROMIUM ??
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => names.map(name => join(folder, name)))
    .find(file => existsSync(file))

/** For the names of tests that cannot run without one. */
export const withoutChromium = 'needs Chromium: install the package `chromium`, or set SLUICE_CHROMIUM'
