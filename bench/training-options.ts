import type { TrainingOptions } from '../src/training/training.types.ts'
import { defaults } from '../test/training/datasets.ts'

/** What a benchmark of training trains with unless it says otherwise: the settings of squad-v1.1.yaml, without an end. */
export const trainingOptions: TrainingOptions = {
  ...defaults,
  num_train_epochs: 1,
  max_steps: 1_000_000,
  group_by_length: true,
  engine: 'onnx',
}
