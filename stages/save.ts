import { defineStage, Type } from 'sluice'
import {
  CONFIG,
  checkOutputFolder,
  Model,
  modelFiles,
  type OutputForm,
  SPECIAL_TOKENS,
  TOKENIZER_CONFIG,
  VOCAB,
  WEIGHTS,
  writeOutputFolder,
  writeSafetensors,
} from 'sluice/model'

const form: OutputForm = {
  mark: 'training_args.json',
  names: [CONFIG, SPECIAL_TOKENS, TOKENIZER_CONFIG, VOCAB, WEIGHTS],
}

export default defineStage({
  name: 'save',
  version: 1,
  summary: 'Writes the model as a folder in Hugging Face form, which `transformers` loads.',
  config: Type.Object({
    output_dir: Type.Location({
      output: true,
      description: 'The folder; it is made where it does not exist.',
      examples: ['./out'],
    }),
    overwrite_output_dir: Type.Boolean({
      default: false,
      description: 'Also write into a folder that holds something else. Other files in it stay.',
    }),
  }),
  inputs: { model: Model },
  effect: true,

  check: ({ config, probe, forbidden }) => checkOutputFolder(config, { probe, forbidden }, form),

  async run({ config: { output_dir }, inputs: { model }, wrote, log }) {
    const weights = (path: string) => writeSafetensors(path, model.weights)
    const files = () => ({ ...modelFiles(model), [WEIGHTS]: weights })
    for (const path of await writeOutputFolder(output_dir, files, form, model.training)) await wrote(path)
    log.result('model', output_dir)
    return {}
  },
})
