import type { Options } from 'ajv'

/**
 * What a validator takes for right: nothing coerced, defaults filled in, NaN and infinities no numbers. `strict` off
 * lets our `x-` keywords pass. Checking the schemas themselves, and polishing code that runs once, would take most of
 * the time of a run with nothing to do.
 */
export const ajvOptions: Options = {
  strict: false,
  meta: false,
  validateSchema: false,
  addUsedSchema: false,
  code: { optimize: false },
  strictNumbers: true,
  validateFormats: false,
  useDefaults: true,
}
