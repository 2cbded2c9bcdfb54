import type { ModelConfig, Network } from '../model/network.types.ts'
import type { Dataset } from './training.types.ts'
import { trainingError } from './training-error.ts'

/**
 * Makes sure that the rows fit the network, because tensor kernels read foreign memory, or zeros, where an index is too large.
 * @throws TrainingError `data-too-large`
 */
export function checkData(data: Dataset, network: Network, config: ModelConfig): void {
  const limits = network.limits(config)
  const { input_ids, segment_ids } = data.ragged
  refuse(
    data.max_length > limits.length,
    `${data.max_length} tokens in a row`,
    `\`${network.limitFields.length}\` of ${limits.length}`,
  )
  const token = largest(input_ids!.values)
  refuse(
    token >= limits.vocabulary,
    `the token id ${token}`,
    `\`${network.limitFields.vocabulary}\` of ${limits.vocabulary}`,
  )
  const segment = largest(segment_ids!.values)
  refuse(
    limits.segments !== undefined && segment >= limits.segments,
    `the segment id ${segment}`,
    `\`${network.limitFields.segments}\` of ${limits.segments}`,
  )
}

function refuse(tooLarge: boolean, found: string, limit: string) {
  if (tooLarge)
    throw trainingError({
      code: 'data-too-large',
      message: `The data does not fit the model: found ${found}, but its config.json has a ${limit}.`,
      hint: 'Make the windows with the vocabulary and the settings that belong to the model.',
    })
}

const largest = (values: Iterable<number>): number => {
  let most = 0
  for (const value of values) if (value > most) most = value
  return most
}
