import { type Fields, list, object, text, type Where } from './squad-shape.ts'

/**
 * Calls `visit` for each question of a parsed SQuAD file, in order. `where` says at each call where the question stands,
 * its id included.
 *
 * @throws stageError at the first thing that has not the shape of a SQuAD file.
 */
export function walkSquad(json: unknown, where: Where, visit: (context: string, qa: Fields) => void): void {
  const articles = list(object(json, where), 'data', where)
  for (let a = 0; a < articles.length; a++) {
    where.article = a
    const paragraphs = list(object(articles[a], where), 'paragraphs', where)
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
