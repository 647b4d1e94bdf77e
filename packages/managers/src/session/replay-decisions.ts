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
 * const replay = replayDecisions(session, message, fact?.decisions)
 * if (replay.diverged !== undefined) stop(replay.diverged)
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
