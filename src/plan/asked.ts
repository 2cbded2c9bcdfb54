import { createHash } from 'node:crypto'
import type { Probe } from '../plugin/stage.ts'
import { isStageError } from '../plugin/stage-error.ts'

/** A question that was put to a probe, and what tells its answer from others. */
export type Asked = readonly [question: keyof Probe, about: string, answer: string]

/** Whatever a plan depends on beside its file and our code is asked of a probe, or of the environment: who knows the answers, knows the plan. */
export interface Witness {
  /** A probe that answers as this one does. */
  probe(probe: Probe): Probe
  /** This environment. */
  env(env: Env): Env
  /** All questions to these so far, each once, in the order in which they were asked. */
  asked(): readonly Asked[]
}

type Env = Readonly<Record<string, string | undefined>>

/** Keeps account of what is asked. */
export const openWitness = (): Witness => {
  const asked = new Map<string, Asked>()
  const watched =
    <T>(question: keyof Probe, ask: (about: string) => T) =>
    (about: string): T => {
      const note = (answer: string) => asked.set(`${question} ${about}`, [question, about, answer])
      try {
        const answer = ask(about)
        note(markOf(answer))
        return answer
      } catch (error) {
        note(isStageError(error) ? markOf(error.problem) : unanswered)
        throw error
      }
    }
  return {
    probe: probe => ({
      text: watched('text', probe.text),
      kind: watched('kind', probe.kind),
      list: watched('list', probe.list),
      package: watched('package', probe.package),
      ourPackage: watched('ourPackage', probe.ourPackage),
      env: watched('env', probe.env),
    }),
    env: env => {
      const value = watched('env', name => env[name])
      return new Proxy(env, { get: (_, name) => (typeof name === 'string' ? value(name) : undefined) })
    },
    asked: () => [...asked.values()],
  }
}

/** Whether the same questions have the same answers now. */
export const isStillTrue = (asked: readonly Asked[], probe: Probe): boolean =>
  asked.every(([question, about, answer]) => answer === ask(probe, question, about))

const ask = (probe: Probe, question: keyof Probe, about: string): string | undefined => {
  try {
    return markOf(probe[question](about))
  } catch (error) {
    return isStageError(error) ? markOf(error.problem) : undefined
  }
}

/** A digest, because an answer may be a secret. */
const markOf = (answer: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(answer) ?? 'nothing')
    .digest('hex')

/** No answer is like it. */
const unanswered = 'unanswered'
