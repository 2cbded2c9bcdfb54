import { initialWeights } from '../../src/model/initial-weights.ts'
import { networkOf } from '../../src/model/networks.ts'
import { random } from '../../src/model/random.ts'
import type { TrainingOptions } from '../../src/training/training.types.ts'
import { datasetOf, defaults, randomRows, tinyConfig } from './datasets.ts'

// A training that is quick, and has all that can go wrong in a resume: dropout, and gradients over several batches.

export const config = { ...tinyConfig, hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.1 }
export const weights = initialWeights(networkOf(config), config, 1)
export const data = datasetOf(randomRows(10, 12, config.vocab_size, random(9).uniform), 12)
/** Five batches an epoch, of which a step takes two: eight steps, two an epoch, and gradients left over from one to the next. */
export const options: TrainingOptions = {
  ...defaults,
  learning_rate: 1e-2,
  train_batch_size: 2,
  gradient_accumulation_steps: 2,
  num_train_epochs: 4,
  weight_decay: 0.01,
  engine: 'onnx',
}
