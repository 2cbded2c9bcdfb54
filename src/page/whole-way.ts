import { joined, passExamples, passPieces, passPredictions, passWindows } from '../squad/trace/pass.ts'
import type { Way } from '../squad/trace/trace-record.ts'
import { SHOWN_CANDIDATES } from '../squad/trace/trace-text.ts'
import { cutterOf } from './cuts.ts'
import { oneQuestion } from './one-question.ts'
import type { Candidates, Questions, Ways } from './page-data.ts'
import { textOf } from './place.ts'

/**
 * Makes what tells a question's way as `pipeline trace` does, with the same functions, of the results that the page holds: its
 * pieces and windows are made anew from its texts. Nothing is told of a question that was left out.
 */
export function wayTeller(
  questions: Questions,
  candidates: Candidates,
  ways: Ways,
): (index: number) => Way | undefined {
  const { version_2_with_negative } = questions
  const cut = cutterOf(ways.cuts)
  return index => {
    const [start_logits, end_logits] = [ways.start_logits[index], ways.end_logits[index]]
    if (!start_logits || !end_logits) return undefined
    const id = questions.ids[index]!
    const context = questions.contexts[questions.context[index]!]!
    const text = (place: Parameters<typeof textOf>[0]) => textOf(place, context)
    const { examples, pieces, windows } = oneQuestion(
      {
        id,
        context,
        question: questions.questions[index]!,
        answers: questions.answers[index]!.map(text),
        is_impossible: ways.impossible[index] === 1,
        version_2_with_negative,
      },
      cut,
      ways.settings,
      ways.cuts.do_lower_case,
    )
    if (!windows) return undefined
    const nbest = candidates.lists[index]!.slice(0, SHOWN_CANDIDATES).map(([place, thousandths], at) => ({
      text: text(place),
      probability: thousandths / 1000,
      start_logit: start_logits[at]! / 100,
      end_logit: end_logits[at]! / 100,
    }))
    const prediction = questions.predictions[index]
    const odds = questions.null_odds?.[index]
    const predictions = {
      version_2_with_negative,
      answers: new Map(prediction ? [[id, text(prediction)]] : []),
      nbest: new Map([[id, nbest]]),
      ...(typeof odds === 'number' && { null_odds: new Map([[id, odds]]) }),
    }
    const { stages, config } = ways
    const predicting = { stage: stages.predictions, config, scorer: stages.score }
    const judged = { candidates: ways.candidates[index]!, right: ways.right[index] || null }
    return {
      for: 'evaluation',
      version_2_with_negative,
      ...joined([
        passExamples(id, stages.examples, examples),
        passPieces(id, stages.pieces, pieces, examples),
        passWindows(id, stages.windows, windows, pieces, examples),
        passPredictions(id, predicting, predictions, examples, windows, judged),
      ]),
      missing: [],
      stale: [],
    }
  }
}
