import type { TrainingOptions } from '../src/training/training.types.ts'

/** What a benchmark of training trains with unless it says otherwise: the settings of squad-v1.1.yaml, without an end. */
export const trainingOptions: TrainingOptions = {
  learning_rate: 5e-5,
  train_batch_size: 8,
  gradient_accumulation_steps: 1,
  num_train_epochs: 1,
  max_steps: 1_000_000,
  weight_decay: 0,
  adam_epsilon: 1e-8,
  max_grad_norm: 1,
  warmup_steps: 0,
  warmup_ratio: 0,
  lr_scheduler: 'linear',
  seed: 42,
  group_by_length: true,
  pad_to_max_length: false,
  engine: 'onnx',
}
