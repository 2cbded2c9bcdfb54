import { bertLimitFields, bertLimits, bertTokenSize, checkBertConfig } from './bert-config.ts'
import { bertWeights, bertWords } from './bert-weights.ts'
import {
  checkDistilBertConfig,
  distilBertLimitFields,
  distilBertLimits,
  distilBertTokenSize,
} from './distilbert-config.ts'
import { distilBertWeights, distilBertWords } from './distilbert-weights.ts'
import type { ModelConfig, Network } from './network.types.ts'

/** The networks that can be trained, by the `model_type` of a `config.json`. Another one is a row here, and its files. */
export const networks: Readonly<Record<string, Network>> = {
  bert: {
    prefix: 'bert.',
    words: bertWords,
    head: 'qa_outputs.',
    architecture: 'BertForQuestionAnswering',
    check: checkBertConfig,
    limits: bertLimits,
    tokenSize: bertTokenSize,
    limitFields: bertLimitFields,
    weights: bertWeights,
    load: () => import('./bert.ts'),
  },
  distilbert: {
    prefix: 'distilbert.',
    words: distilBertWords,
    head: 'qa_outputs.',
    architecture: 'DistilBertForQuestionAnswering',
    check: checkDistilBertConfig,
    limits: distilBertLimits,
    tokenSize: distilBertTokenSize,
    limitFields: distilBertLimitFields,
    weights: distilBertWeights,
    load: () => import('./distilbert.ts'),
  },
}

/** The network of a configuration that has been checked (`describeModel`). */
export const networkOf = (config: ModelConfig): Network => networks[String(config.model_type)]!
