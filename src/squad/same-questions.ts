import { stageError } from '../plugin/stage-error.ts'

/** What has a row a question: examples, and the pieces and windows that are made of them. */
interface Asked {
  readonly ids: readonly string[]
}

/**
 * Makes sure that windows are of these examples, because answers are paired with questions by their number alone: with
 * a filter between the one and the other, every answer would be cut from another question's context.
 *
 * @throws stageError that names the first difference.
 */
export function expectSameQuestions(windows: Asked, examples: Asked): void {
  const most = Math.max(windows.ids.length, examples.ids.length)
  for (let index = 0; index < most; index++) {
    if (windows.ids[index] === examples.ids[index]) continue
    throw stageError({
      code: 'other-questions',
      message:
        `Expected windows and examples of the same questions; ` +
        `question ${index + 1} is ${named(windows, index)} in the windows and ${named(examples, index)} in the examples.`,
      hint:
        'In `from: { windows: …, examples: … }`, name as `examples` the stage whose questions the windows were made from: ' +
        'with a filter before `tokenize`, that is the filter and not `read`.',
    })
  }
}

const named = ({ ids }: Asked, index: number) => (ids[index] === undefined ? 'none' : JSON.stringify(ids[index]))
