/** How an input says that it takes the record of the run. Apart from the kind itself, whose schema a run with nothing to do need not load. */
export const RUN_RECORD = { kind: 'run-record', version: 1 } as const
