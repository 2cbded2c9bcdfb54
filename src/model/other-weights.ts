// Weights in forms that are not read here, and the line of Python that turns each into `model.safetensors`.
import { join } from 'node:path'
import { python } from '../plugin/python-line.ts'
import { WEIGHTS } from './file-names.ts'

/** What a folder has in place of `model.safetensors`. */
export interface OtherWeights {
  readonly code: string
  /** For messages: `a PyTorch pickle, pytorch_model.bin`. */
  readonly found: string
  readonly hint: string
  /** The conversion makes `config.json` as well. */
  readonly makesConfig?: true
}

interface Form {
  readonly code: string
  readonly file: RegExp
  found(name: string): string
  /** @param name of the file that matched */
  hint(folder: string, name: string): string
  readonly makesConfig?: true
}

/** The first whose file is in the folder is the one that is named. */
const forms: readonly Form[] = [
  {
    code: 'weights-sharded',
    file: /^model\.safetensors\.index\.json$/,
    found: name => `weights that are split over several files (${name})`,
    hint: folder => `Join them: ${joined(folder) ?? steps('safetensors.torch.load_file', SAVE_FILE)}`,
  },
  {
    code: 'weights-pickle',
    file: /\.(bin|pt|pth)$/,
    found: name => `a PyTorch pickle, ${name}`,
    hint: (folder, name) =>
      `Convert it: ${unpickled(folder, name) ?? steps('torch.load(…, weights_only=True)', SAVE_FILE)}`,
  },
  {
    code: 'weights-tensorflow',
    file: /\.ckpt(\.index)?$/,
    found: name => `a TensorFlow checkpoint, ${name}`,
    hint: (folder, name) =>
      `Convert it, with ${OLD}: ${fromCheckpoint(folder, name.replace(/\.index$/, '')) ?? steps('transformers.load_tf_weights_in_bert', 'save_pretrained')}`,
    makesConfig: true,
  },
  {
    code: 'weights-tensorflow',
    file: /^tf_model\.h5$/,
    found: name => `TensorFlow weights, ${name}`,
    hint: folder =>
      `Convert them, with ${OLD}: ${fromTensorFlow(folder) ?? steps('from_pretrained(…, from_tf=True)', 'save_pretrained')}`,
  },
  {
    code: 'weights-flax',
    file: /^flax_model\.msgpack$/,
    found: name => `Flax weights, ${name}`,
    hint: folder =>
      `Convert them, with \`pip install "transformers<5" torch flax\`: ${fromFlax(folder) ?? steps('from_pretrained(…, from_flax=True)', 'save_pretrained')}`,
  },
]

const SAVE_FILE = 'safetensors.torch.save_file'

/** `transformers` 5 reads neither TensorFlow's nor Flax's files. */
const OLD = '`pip install "transformers<5" torch tensorflow`'

/** Which of the other forms a folder has, judged by the names in it. */
export function otherWeights(folder: string, names: readonly string[]): OtherWeights | undefined {
  for (const { file, found, hint, ...form } of forms) {
    const name = names.find(each => file.test(each))
    if (name !== undefined) return { ...form, found: found(name), hint: hint(folder, name) }
  }
  return undefined
}

const joined = (folder: string) => python`
  import glob; from safetensors.torch import load_file, save_file;
  w = {k: v for f in glob.glob(${join(folder, 'model-*.safetensors')}) for k, v in load_file(f).items()};
  save_file(w, ${join(folder, WEIGHTS)}, {'format': 'pt'})`

/** Tied tensors are written apart: safetensors refuses shared memory. */
const unpickled = (folder: string, name: string) => python`
  import torch; from safetensors.torch import save_file;
  w = torch.load(${join(folder, name)}, map_location='cpu', weights_only=True);
  save_file({k: v.clone().contiguous() for k, v in w.items()}, ${join(folder, WEIGHTS)}, {'format': 'pt'})`

/** Of the form in which BERT was first published: `bert_config.json` beside `bert_model.ckpt.*`. */
const fromCheckpoint = (folder: string, name: string) => python`
  from transformers import BertConfig, BertForPreTraining, load_tf_weights_in_bert;
  c = BertConfig.from_json_file(${join(folder, 'bert_config.json')}); m = BertForPreTraining(c);
  load_tf_weights_in_bert(m, c, ${join(folder, name)}); m.save_pretrained(${folder})`

const fromTensorFlow = (folder: string) => python`
  import transformers; c = transformers.AutoConfig.from_pretrained(${folder});
  m = getattr(transformers, c.architectures[0].removeprefix('TF'));
  m.from_pretrained(${folder}, from_tf=True).save_pretrained(${folder})`

const fromFlax = (folder: string) => python`
  import transformers; c = transformers.AutoConfig.from_pretrained(${folder});
  m = getattr(transformers, c.architectures[0].removeprefix('Flax'));
  m.from_pretrained(${folder}, from_flax=True).save_pretrained(${folder})`

/** Where a name in it keeps a line from being given. */
const steps = (read: string, write: string) => `in Python, read with \`${read}\` and write with \`${write}\`.`
