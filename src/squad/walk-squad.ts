import { type Fields, list, object, text, type Where } from './squad-shape.ts'

/**
 * Calls `visit` for each question of a parsed SQuAD file (of `JSON.parse`, or of `parseSquad`), in order. `where` says at each call where the question stands,
 * its id included.
 *
 * @throws stageError at the first thing that has not the shape of a SQuAD file.
 */
export function walkSquad(json: unknown, where: Where, visit: (context: string, qa: Fields) => void): void {
  let a = 0
  for (const article of articlesOf(object(json, where), where)) {
    where.article = a++
    const paragraphs = list(object(article, where), 'paragraphs', where)
    for (let p = 0; p < paragraphs.length; p++) {
      where.paragraph = p
      const paragraph = object(paragraphs[p], where)
      const context = text(paragraph, 'context', where)
      const qas = list(paragraph, 'qas', where)
      for (let q = 0; q < qas.length; q++) {
        where.question = q
        const qa = object(qas[q], where)
        where.id = text(qa, 'id', where)
        visit(context, qa)
        where.id = undefined
      }
      where.question = undefined
    }
    where.paragraph = undefined
  }
}

/** Of what is in JSON, only lists can be gone through: anything else that can is a list that `parseSquad` has not parsed yet. */
const articlesOf = (json: Fields, where: Where): Iterable<unknown> => {
  const { data } = json
  return typeof data === 'object' && data !== null && Symbol.iterator in data
    ? (data as Iterable<unknown>)
    : list(json, 'data', where)
}
