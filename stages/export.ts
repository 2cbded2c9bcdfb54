import { defineStage, Type } from 'sluice'
import {
  CONFIG,
  checkOutputFolder,
  Model,
  modelFiles,
  type OutputForm,
  onnxModel,
  SPECIAL_TOKENS,
  TOKENIZER_CONFIG,
  tokenizerJson,
  VOCAB,
  writeOutputFolder,
} from 'sluice/model'

const ONNX = 'onnx/model.onnx'
const TOKENIZER = 'tokenizer.json'

const form: OutputForm = {
  mark: 'export.json',
  names: [CONFIG, ONNX, SPECIAL_TOKENS, TOKENIZER, TOKENIZER_CONFIG, VOCAB],
}

export default defineStage({
  name: 'export',
  version: 1,
  summary: 'Writes the model as ONNX with its tokenizer, which transformers.js and ONNX Runtime load.',
  config: Type.Object({
    output_dir: Type.Location({
      output: true,
      description: 'The folder; it is made where it does not exist.',
      examples: ['./out/onnx'],
    }),
    overwrite_output_dir: Type.Boolean({
      default: false,
      description: 'Also write into a folder that holds something else. Other files in it stay.',
    }),
  }),
  inputs: { model: Model },
  effect: true,
  resources: { blocking: true },

  check: ({ config, probe, forbidden }) => checkOutputFolder(config, { probe, forbidden }, form),

  async run({ config: { output_dir }, inputs: { model }, wrote, log }) {
    const files = async () => ({
      ...modelFiles(model),
      [TOKENIZER]: tokenizerJson(model.tokenizer),
      [ONNX]: await onnxModel(model),
    })
    for (const path of await writeOutputFolder(output_dir, files, form)) await wrote(path)
    log.result('onnx', output_dir)
    return {}
  },
})
