import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defineStage, type Probe, type Problem, stageError, Type } from 'sluice'
import {
  count,
  Examples,
  firstFew,
  isCased,
  missingTokens,
  Pieces,
  parseVocabulary,
  readText,
  tokenizeExamples,
  type Vocabulary,
} from 'sluice/squad'

export default defineStage({
  name: 'tokenize',
  version: 1,
  summary: 'Cuts contexts, questions and answers into word pieces, as BERT does.',
  config: Type.Object({
    vocab: Type.Location({
      description: 'A vocabulary file (a token a line, .txt or .txt.gz), or a model folder that holds a vocab.txt.',
    }),
    do_lower_case: Type.Optional(
      Type.Boolean({
        description:
          'Whether text is put into lower case and loses its accents (café → cafe): true for an uncased vocabulary. ' +
          'By default what the tokenizer_config.json beside the vocabulary says.',
      }),
    ),
  }),
  inputs: { examples: Examples },
  outputs: { pieces: Pieces },

  check({ config, probe }) {
    const { file, tokenizerConfig } = vocabularyFiles(config.vocab, probe.kind(config.vocab) === 'folder')
    const vocabulary = probedVocabulary(file, probe)
    const problems: Problem[] = []
    if (vocabulary && missingTokens(vocabulary).length > 0)
      problems.push({ code: 'missing-tokens', at: '/vocab', message: `${file}: ${lacks(vocabulary)}` })
    if (config.do_lower_case === undefined && declaredLowerCase(probe.text(tokenizerConfig)) === undefined)
      problems.push({
        code: 'do-lower-case-unknown',
        message: `Expected do_lower_case, because no tokenizer_config.json beside the vocabulary says it (looked at ${tokenizerConfig}).`,
        hint: `Set \`do_lower_case: true\` for an uncased vocabulary, \`false\` for a cased one${vocabulary ? ` (this one looks ${isCased(vocabulary) ? 'cased' : 'uncased'})` : ''}.`,
      })
    return problems
  },

  facts({ config, probe }) {
    const { file, tokenizerConfig } = vocabularyFiles(config.vocab, probe.kind(config.vocab) === 'folder')
    const vocabulary = probedVocabulary(file, probe)
    const do_lower_case = config.do_lower_case ?? declaredLowerCase(probe.text(tokenizerConfig))
    return {
      ...(vocabulary && { vocab_size: vocabulary.tokens.length }),
      ...(do_lower_case !== undefined && { do_lower_case }),
    }
  },

  async run({ config, inputs: { examples }, files, log }) {
    const folder = statSync(config.vocab, { throwIfNoEntry: false })?.isDirectory() === true
    const { file, tokenizerConfig } = vocabularyFiles(config.vocab, folder)
    const vocabFile = await files(file)
    if (vocabFile === undefined) throw stageError({ code: 'no-file', message: 'There is no such file.', file })
    const vocabulary = parseVocabulary(await readText(vocabFile))
    if (missingTokens(vocabulary).length > 0)
      throw stageError({ code: 'missing-tokens', message: lacks(vocabulary), file: vocabFile })
    const configFile = await files(tokenizerConfig)
    const declared = declaredLowerCase(configFile && (await readText(configFile)))
    const do_lower_case = config.do_lower_case ?? declared
    if (do_lower_case === undefined)
      throw stageError({
        code: 'do-lower-case-unknown',
        message: 'Expected do_lower_case, because no tokenizer_config.json beside the vocabulary says it.',
        file: vocabFile,
      })

    const { pieces, total, unknown } = await tokenizeExamples(examples, vocabulary, do_lower_case)
    if (vocabulary.repeated.length > 0) {
      const named = vocabulary.repeated.map(({ token, earlier, later }) => `${token} (lines ${earlier} and ${later})`)
      log.warn(
        `${count(named.length, 'token')} of the vocabulary repeated: the later line is the id. ${firstFew(named)}`,
      )
    }
    const doubt = caseDoubt(do_lower_case, declared, vocabulary)
    const share = `${unknown.toLocaleString('en')} of ${count(total, 'piece')} became [UNK]`
    if (doubt) log.warn(`do_lower_case is ${do_lower_case}, but ${doubt}: ${share}.`)
    else log.info(share)
    return { pieces }
  },
})

/** The vocabulary, and the file that may say how it is to be used. */
const vocabularyFiles = (vocab: string, isFolder: boolean) => ({
  file: isFolder ? join(vocab, 'vocab.txt') : vocab,
  tokenizerConfig: join(isFolder ? vocab : dirname(vocab), 'tokenizer_config.json'),
})

/** The vocabulary as far as it can be seen before anything runs: a compressed one, or one yet to be made, cannot. */
function probedVocabulary(file: string, probe: Probe): Vocabulary | undefined {
  const text = file.endsWith('.gz') ? undefined : probe.text(file)
  return text === undefined ? undefined : parseVocabulary(text.replace(/^\ufeff/, ''))
}

/** What a tokenizer_config.json says, if anything. */
function declaredLowerCase(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined
  try {
    const { do_lower_case } = JSON.parse(text)
    return typeof do_lower_case === 'boolean' ? do_lower_case : undefined
  } catch {
    return undefined
  }
}

const lacks = (vocabulary: Vocabulary) =>
  vocabulary.tokens.length === 0
    ? 'Expected a vocabulary with [PAD], [UNK], [CLS], [SEP] and [MASK], found an empty file.'
    : `Expected a vocabulary with [PAD], [UNK], [CLS], [SEP] and [MASK], found none of its ${count(vocabulary.tokens.length, 'token')} to be ${missingTokens(vocabulary).join(' or ')}.`

/** Why the case setting looks wrong, if it does. */
function caseDoubt(do_lower_case: boolean, declared: boolean | undefined, vocabulary: Vocabulary): string | undefined {
  if (declared !== undefined && declared !== do_lower_case)
    return `tokenizer_config.json beside the vocabulary says ${declared}`
  if (do_lower_case && isCased(vocabulary)) return 'the vocabulary holds words in upper case'
  return undefined
}
