import { defineStage, outOfKey, Type } from 'sluice'
import { packWindows, TrainingSet, Windows } from 'sluice/squad'

export default defineStage({
  name: 'cache',
  version: 1,
  summary: 'Packs windows into the columns that training reads; every stage is cached, this one is the training set.',
  config: Type.Object({
    overwrite_cache: outOfKey(
      Type.Boolean({
        default: false,
        description: 'Makes this stage anew on every run. (`--force cache` does it once.)',
      }),
    ),
  }),
  inputs: { windows: Windows },
  outputs: { training_set: TrainingSet },
  resources: { blocking: true },
  always: config => config.overwrite_cache,
  run: ({ inputs: { windows } }) => ({ training_set: packWindows(windows) }),
})
