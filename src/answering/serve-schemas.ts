// What goes over the wire: the server checks by these schemas, and its OpenAPI document holds them.
import { Type } from 'typebox'

export const Asked = Type.Object(
  {
    question: Type.String({ minLength: 1, examples: ['Who wrote it?'] }),
    context: Type.String({ minLength: 1, examples: ['Ada wrote it in May.'] }),
    id: Type.Optional(Type.Union([Type.String(), Type.Number()], { description: 'Comes back with the answer.' })),
    n_best: Type.Integer({ minimum: 1, maximum: 100, default: 1, description: 'How many answers to give.' }),
  },
  { additionalProperties: false, required: ['question', 'context'] },
)

const Candidate = Type.Object({
  text: Type.String(),
  probability: Type.Number(),
  start_logit: Type.Number(),
  end_logit: Type.Number(),
})

export const Answered = Type.Object({
  id: Type.Optional(Type.Union([Type.String(), Type.Number()])),
  answer: Type.String({ description: 'Words of the context; empty where it holds no answer.' }),
  probability: Type.Number(),
  null_odds: Type.Optional(Type.Number()),
  nbest: Type.Optional(Type.Array(Candidate)),
})

export const Failed = Type.Object({ error: Type.String() })
export const Health = Type.Object({ status: Type.Literal('ok'), waiting: Type.Integer() })

const json = (schema: object) => ({ 'application/json': { schema } })
const failure = (description: string) => ({ description, content: json(Failed) })

/** The OpenAPI document. */
export const openApi = (version: string) => ({
  openapi: '3.1.0',
  info: { title: 'Questions answered by a model', version },
  paths: {
    '/predict': {
      post: {
        summary: 'Answers a question about a text.',
        requestBody: { required: true, content: json(Asked) },
        responses: {
          200: { description: 'The answer.', content: json(Answered) },
          400: failure('The request is not as described.'),
          413: failure('The request is too large.'),
          415: failure('The request is not JSON.'),
          422: failure('The context has no words, or the question leaves no room for it.'),
          503: {
            ...failure('Too many questions wait, or the server is about to stop.'),
            headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds.' } },
          },
        },
      },
    },
    '/health': {
      get: {
        summary: 'Whether it answers, and how many questions wait.',
        responses: { 200: { description: 'It does.', content: json(Health) } },
      },
    },
  },
})
