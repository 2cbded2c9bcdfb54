/** Digest of the sources that this build was made from; `undefined` where the code runs from its sources. */
export const build: string | undefined = typeof SLUICE_BUILD === 'undefined' ? undefined : SLUICE_BUILD

// Put in by scripts/build.mjs.
declare const SLUICE_BUILD: string | undefined
