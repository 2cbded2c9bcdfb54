import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { type ArtifactKind, defineArtifact } from '../plugin/artifact.ts'
import type { Candidate } from './decode.ts'

/** Answers by question id, in the order of the questions. */
export interface Predictions {
  readonly version_2_with_negative: boolean
  readonly answers: ReadonlyMap<string, string>
  readonly nbest: ReadonlyMap<string, readonly Candidate[]>
  /** Score of "no answer" less that of the best answer (v2.0). */
  readonly null_odds?: ReadonlyMap<string, number>
}

/** One question's record in `pipeline cat`. */
const record = Type.Object({
  id: Type.String(),
  prediction: Type.String({ description: 'Empty: no answer.' }),
  null_odds: Type.Optional(Type.Number()),
  nbest: Type.Array(
    Type.Object({
      text: Type.String(),
      probability: Type.Number(),
      start_logit: Type.Number(),
      end_logit: Type.Number(),
    }),
  ),
})

/** `predictions.json`, `nbest_predictions.json` and `null_odds.json`, as BERT's reference scripts write them. */
export const Predictions: ArtifactKind<Predictions> = defineArtifact<Predictions>({
  kind: 'predictions',
  version: 1,
  schema: record,
  async write(value, dir) {
    for (const [name, text] of predictionFiles(value)) await writeFile(join(dir, name), text)
    // An object with keys such as "12" does not keep their order when JSON is parsed: the list does.
    await writeFile(join(dir, 'ids.json'), JSON.stringify([...value.answers.keys()]))
  },
  async read(dir) {
    const json = async (name: string) => JSON.parse(await readFile(join(dir, name), 'utf8'))
    const ids: string[] = await json('ids.json')
    const ordered = <T>(from: Record<string, T>) => new Map(ids.map(id => [id, from[id] as T]))
    const nullOdds: Record<string, number> | null = await json('null_odds.json')
    return {
      version_2_with_negative: nullOdds !== null,
      answers: ordered<string>(await json('predictions.json')),
      nbest: ordered<readonly Candidate[]>(await json('nbest_predictions.json')),
      ...(nullOdds ? { null_odds: ordered(nullOdds) } : {}),
    }
  },
  *records({ answers, nbest, null_odds }) {
    for (const [id, prediction] of answers) {
      const odds = null_odds?.get(id)
      const list = (nbest.get(id) ?? []).map(each => ({ ...each }))
      yield { id, prediction, ...(odds === undefined ? {} : { null_odds: odds }), nbest: list }
    }
  },
  text(each) {
    const { id, prediction, nbest } = each as Static<typeof record>
    const lines = nbest
      .slice(0, 3)
      .map(({ probability, text }) => `  ${(100 * probability).toFixed(1)} %  ${text || '(no answer)'}`)
    return [`${id}  ${prediction || '(no answer)'}`, ...lines].join('\n')
  },
})

/** The three files by name. `null_odds.json` holds `null` for v1.1 data. */
export function predictionFiles(value: Predictions): [name: string, text: string][] {
  return [
    ['predictions.json', jsonObject(value.answers)],
    ['nbest_predictions.json', jsonObject(value.nbest)],
    ['null_odds.json', value.null_odds ? jsonObject(value.null_odds) : 'null\n'],
  ]
}

/** A JSON object, an entry a line, in the map's order whatever the keys look like. */
function jsonObject(map: ReadonlyMap<string, unknown>): string {
  const entries = [...map].map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
  return entries.length === 0 ? '{}\n' : `{\n${entries.join(',\n')}\n}\n`
}
