import { canonicalJson, type Decision, type ErrorRecord, type Message } from '@bosun/core'
import type { ManagerSession } from './manager-session.ts'

/** What a replayed message showed. */
export interface Replay {
  /** Set if the program decided otherwise than it had; both as canonical JSON. */
  readonly diverged?: { readonly expected: string; readonly received: string }
  /** Set if the program broke. */
  readonly failure?: ErrorRecord
  readonly ended: boolean
}

/**
 * Delivers a message whose decisions are recorded already, and compares. The recorded decisions
 * stand; the fresh ones are dropped. `partial` is not compared, since it is never stored.
 *
 * @param recorded decisions of the message's `manager.decided`; `undefined` if it has none
 * @example
 * import type { RunView } from '@bosun/core'
 * import { finish, foldManager, openSession, replayDecisions } from '@bosun/managers'
 *
 * const echo = foldManager({ name: 'echo', initial: () => 0, on: { goal: () => finish(1), settled: () => [] } })
 * const session = openSession(echo, { goal: null, view: {} as RunView, onViolation: () => undefined })
 * const { diverged } = replayDecisions(session, { type: 'goal', seq: 2, goal: null }, [finish(2)])
 * console.log(diverged) // { expected: '[{"result":2,"type":"finish"}]', received: '[{"result":1,"type":"finish"}]' }
 */
export function replayDecisions(
  session: ManagerSession,
  message: Message,
  recorded: readonly Decision[] | undefined,
): Replay {
  const { decisions, failure, ended } = session.deliver(message)
  const rest = failure === undefined ? { ended } : { failure, ended }
  const expected = recorded === undefined ? [] : withoutPartials(recorded)
  const received = withoutPartials(decisions)
  // Most messages decide nothing.
  if (expected.length === 0 && received.length === 0) return rest
  const was = canonicalJson(expected)
  const is = canonicalJson(received)
  return was === is ? rest : { ...rest, diverged: { expected: was, received: is } }
}

/** The decisions of a message that are recorded: all but `partial`. */
export function withoutPartials(decisions: readonly Decision[]): Decision[] {
  return decisions.filter(({ type }) => type !== 'partial')
}
