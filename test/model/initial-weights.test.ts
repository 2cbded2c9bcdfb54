import { describe, expect, it } from 'vitest'
import { initialWeights } from '../../src/model/initial-weights.ts'
import { networkOf } from '../../src/model/networks.ts'

const config = {
  model_type: 'bert',
  vocab_size: 500,
  hidden_size: 64,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 128,
  max_position_embeddings: 32,
}
const network = networkOf(config)
const weights = initialWeights(network, config, 42)
const data = (name: string) => weights.get(name)!.data

describe('initial weights', () => {
  it('are normal with deviation 0.02, ones in LayerNorm, zeros in biases and for padding', () => {
    const words = data('bert.embeddings.word_embeddings.weight')
    const real = words.subarray(64)
    const mean = real.reduce((sum, value) => sum + value, 0) / real.length
    const deviation = Math.sqrt(real.reduce((sum, value) => sum + (value - mean) ** 2, 0) / real.length)
    // Four standard errors of a sample of 31,936.
    expect(Math.abs(mean)).toBeLessThan((4 * 0.02) / Math.sqrt(real.length))
    expect(Math.abs(deviation - 0.02)).toBeLessThan((4 * 0.02) / Math.sqrt(2 * real.length))
    expect(new Set(words.subarray(0, 64))).toEqual(new Set([0]))
    expect(new Set(data('bert.embeddings.LayerNorm.weight'))).toEqual(new Set([1]))
    expect(new Set(data('bert.embeddings.LayerNorm.bias'))).toEqual(new Set([0]))
    expect(new Set(data('qa_outputs.bias'))).toEqual(new Set([0]))
  })

  it('are the same for the same seed, and others for another', () => {
    expect(initialWeights(network, config, 42)).toEqual(weights)
    expect(initialWeights(network, config, 43).get('qa_outputs.weight')).not.toEqual(weights.get('qa_outputs.weight'))
  })

  it('differ from tensor to tensor', () => {
    expect(data('bert.encoder.layer.0.attention.self.key.weight')).not.toEqual(
      data('bert.encoder.layer.0.attention.self.query.weight'),
    )
  })
})
