import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { count, defineStage, firstFew, type Probe, type Problem, stageError, Type } from 'sluice'
import {
  declaredCase,
  Examples,
  isCased,
  Pieces,
  parseVocabulary,
  readText,
  tokenizeExamples,
  type Vocabulary,
  vocabularyMistake,
  vocabularySize,
} from 'sluice/squad'

export default defineStage({
  name: 'tokenize',
  version: 1,
  summary: 'Cuts contexts, questions and answers into word pieces, as BERT does.',
  config: Type.Object({
    vocab: Type.Location({
      description: 'A vocabulary file (a token a line, .txt or .txt.gz), or a model folder that holds a vocab.txt.',
      examples: ['./my-bert'],
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
  // Much text is cut by a second thread, too.
  resources: { cpu: 2, blocking: true },

  check({ config, probe }) {
    const { places, text, declared } = lookAhead(config.vocab, probe)
    const vocabulary = text === undefined ? undefined : parseVocabulary(text)
    const problems: Problem[] = []
    if (probe.kind(config.vocab) === 'absent') return problems
    if (probe.kind(places.vocabulary) === 'absent')
      problems.push({
        code: 'no-file',
        at: '/vocab',
        message: `Expected a vocab.txt in the folder ${config.vocab}, found none.`,
      })
    const lacks = vocabulary && vocabularyMistake(vocabulary)
    if (lacks !== undefined)
      problems.push({ code: 'missing-tokens', at: '/vocab', message: `${places.vocabulary}: ${lacks}` })
    if (declared.mistake !== undefined)
      problems.push({ code: 'bad-tokenizer-config', message: `${places.tokenizerConfig}: ${declared.mistake}` })
    else if ((config.do_lower_case ?? declared.do_lower_case) === undefined)
      problems.push(unknownCase(places, vocabulary))
    return problems
  },

  facts({ config, probe }) {
    const { text, declared } = lookAhead(config.vocab, probe)
    const do_lower_case = config.do_lower_case ?? declared.do_lower_case
    return {
      ...(text !== undefined && { vocab_size: vocabularySize(text) }),
      ...(do_lower_case !== undefined && { do_lower_case }),
    }
  },

  async run({ config, inputs: { examples }, files, log }) {
    const isFolder = statSync(config.vocab, { throwIfNoEntry: false })?.isDirectory() === true
    const places = placesOf(config.vocab, isFolder)
    const vocabularyFile = await files(places.vocabulary)
    if (vocabularyFile === undefined)
      throw stageError({ code: 'no-file', message: 'There is no such file.', file: places.vocabulary })
    const vocabulary = parseVocabulary(await readText(vocabularyFile))
    const lacks = vocabularyMistake(vocabulary)
    if (lacks !== undefined) throw stageError({ code: 'missing-tokens', message: lacks, file: vocabularyFile })

    const configFile = await files(places.tokenizerConfig)
    const declared = declaredCase(configFile && (await readText(configFile)))
    if (declared.mistake !== undefined)
      throw stageError({ code: 'bad-tokenizer-config', message: declared.mistake, file: places.tokenizerConfig })
    const do_lower_case = config.do_lower_case ?? declared.do_lower_case
    if (do_lower_case === undefined) throw stageError(unknownCase(places, vocabulary))

    const { pieces, total, unknown } = await tokenizeExamples(examples, vocabulary, do_lower_case)
    if (vocabulary.repeated.length > 0) {
      const named = vocabulary.repeated.map(({ token, earlier, later }) => `${token} (lines ${earlier} and ${later})`)
      log.warn(
        `${count(named.length, 'token')} of the vocabulary repeated: the later line is the id. ${firstFew(named)}`,
      )
    }
    const doubt = caseDoubt(do_lower_case, declared.do_lower_case, vocabulary)
    const share = `${unknown.toLocaleString('en')} of ${count(total, 'piece')} became [UNK]`
    if (doubt) log.warn(`do_lower_case is ${do_lower_case}, but ${doubt}: ${share}.`)
    else log.info(share)
    return { pieces }
  },
})

/** The vocabulary, and the file beside it that may say how it is to be used. */
interface Places {
  readonly vocabulary: string
  readonly tokenizerConfig: string
}

const placesOf = (vocab: string, isFolder: boolean): Places => ({
  vocabulary: isFolder ? join(vocab, 'vocab.txt') : vocab,
  tokenizerConfig: join(isFolder ? vocab : dirname(vocab), 'tokenizer_config.json'),
})

/** What can be known before anything runs. A compressed vocabulary, or one that is yet to be made, cannot be seen. */
function lookAhead(vocab: string, probe: Probe) {
  const places = placesOf(vocab, probe.kind(vocab) === 'folder')
  const text = (path: string) => probe.text(path)?.replace(/^\ufeff/, '')
  return {
    places,
    text: places.vocabulary.endsWith('.gz') ? undefined : text(places.vocabulary),
    declared: declaredCase(text(places.tokenizerConfig)),
  }
}

function unknownCase({ tokenizerConfig }: Places, vocabulary: Vocabulary | undefined) {
  const looks = vocabulary && ` (this one looks ${isCased(vocabulary) ? 'cased' : 'uncased'})`
  return {
    code: 'do-lower-case-unknown',
    message: `Expected do_lower_case, because no tokenizer_config.json beside the vocabulary says it (looked for ${tokenizerConfig}).`,
    hint: `Set \`do_lower_case: true\` for an uncased vocabulary, \`false\` for a cased one${looks ?? ''}.`,
  }
}

/** Why the case setting looks wrong, if it does. */
function caseDoubt(doLowerCase: boolean, declared: boolean | undefined, vocabulary: Vocabulary): string | undefined {
  if (declared !== undefined && declared !== doLowerCase)
    return `tokenizer_config.json beside the vocabulary says ${declared}`
  if (doLowerCase && isCased(vocabulary)) return 'the vocabulary holds words in upper case'
  return undefined
}
