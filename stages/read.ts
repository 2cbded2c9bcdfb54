import { count, defineStage, firstFew, stageError, Type } from 'sluice'
import { Examples, parseSquad, readExamples, readUtf8 } from 'sluice/squad'

export { traceCommands as commands } from 'sluice/squad'

export default defineStage({
  name: 'read',
  version: 1,
  summary: 'Reads a SQuAD file (v1.1 or v2.0) into questions, contexts and the words of each answer.',
  config: Type.Object({
    file: Type.Location({ description: 'A SQuAD file, .json or .json.gz.', examples: ['./train.json'] }),
    sha256: Type.Optional(Type.Sha256({ of: 'file', description: 'The digest that `file` must have.' })),
    for: Type.Union([Type.Literal('training'), Type.Literal('evaluation')], {
      default: 'training',
      description: 'Training takes the one answer of each question; evaluation keeps all answers, for scoring.',
    }),
    version_2_with_negative: Type.Boolean({
      default: false,
      description: 'Whether some questions have no answer in their context (SQuAD v2.0).',
    }),
  }),
  outputs: { examples: Examples },
  resources: { blocking: true },
  facts: ({ config }) => ({ for: config.for, version_2_with_negative: config.version_2_with_negative }),

  async run({ config, files, log }) {
    const file = await files(config.file)
    if (file === undefined) throw stageError({ code: 'no-file', message: 'There is no such file.', file: config.file })
    const { examples, skipped } = readExamples(parseSquad(await readUtf8(file), file), config, file)
    if (skipped.length > 0) {
      const all = count(examples.ids.length + skipped.length, 'question')
      log.warn(
        `${skipped.length.toLocaleString('en')} of ${all} left out: the words at their answer_start ` +
          `do not contain their answer. ${firstFew(skipped)}`,
      )
    }
    log.info(`${count(examples.ids.length, 'question')} about ${count(examples.contexts.length, 'context')}`)
    return { examples }
  },
})
