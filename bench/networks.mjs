// The network that a benchmark is about, where no pretrained one is needed: by name, or any size by flags.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { here } from './turns.mjs'

/** Networks as they differ from step-setting.json: MiniLM-L6 and BERT-base. */
const NETWORKS = {
  mini: {},
  base: { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 },
}

/** What each flag sets in the network's configuration. */
const FIELDS = {
  dropout: ['hidden_dropout_prob', 'attention_probs_dropout_prob'],
  layers: ['num_hidden_layers'],
  hidden: ['hidden_size'],
  heads: ['num_attention_heads'],
  intermediate: ['intermediate_size'],
}

/** Flags for `parseArgs`. */
export const networkFlags = (name = 'mini') => ({
  setting: { type: 'string', default: name },
  ...Object.fromEntries(Object.keys(FIELDS).map(flag => [flag, { type: 'string' }])),
})

/** step-setting.json, changed as the flags say, and a file with it for the children. */
export function writeSetting(flags, batch = {}) {
  const network = NETWORKS[flags.setting]
  if (!network) throw new Error(`--setting: expected ${Object.keys(NETWORKS).join(' or ')}, found ${flags.setting}`)
  const given = numbers(flags, FIELDS)
  const { config, ...rest } = JSON.parse(readFileSync(here('step-setting.json'), 'utf8'))
  const setting = { ...rest, ...batch, config: { ...config, ...network, ...given } }
  const folder = here('../dist/bench')
  mkdirSync(folder, { recursive: true })
  const file = `${folder}/step-setting.json`
  writeFileSync(file, JSON.stringify(setting))
  return { file, setting }
}

/** The fields of the flags that are given, as numbers. */
export function numbers(flags, fields) {
  const given = Object.entries(fields).filter(([flag]) => flags[flag] !== undefined)
  return Object.fromEntries(given.flatMap(([flag, names]) => names.map(name => [name, Number(flags[flag])])))
}

/** A network's size, for people. */
export const sizeText = ({ num_hidden_layers: layers, hidden_size, num_attention_heads: heads, ...config }) =>
  `${layers} x ${hidden_size}, ${heads} heads, ${config.intermediate_size} between`
