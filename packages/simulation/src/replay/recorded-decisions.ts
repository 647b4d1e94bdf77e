import { canonicalJson, hedgedId, type Decision, type ErrorRecord, type Fact, type FactOf } from '@bosun/core'
import type { KernelState, NextMessage } from '@bosun/kernel'

/** A message that a manager heard, and what it made of it. */
export interface RecordedMessage {
  /** What the message says, whatever its number. */
  readonly key: string
  readonly at: number
  readonly decisions: readonly Decision[]
  /** How its program broke on it. */
  readonly failure?: ErrorRecord
}

/** What a recorded message says: equal for messages that say the same at another place of the log. */
export function recordedKey({ kind, wake }: FactOf<'message.delivered'>, about: Fact | undefined): string {
  if (kind === 'woke') return keyOf('woke', wake)
  switch (about?.type) {
    case 'plan.received':
      return keyOf('plan', about.request)
    case 'plan.rejected':
      return keyOf('planFailed', about.plan)
    case 'task.discovered':
      return keyOf('discovered', hedgedId(about.task) ?? about.task, about.item)
    case 'attempt.emitted':
      return keyOf('emitted', hedgedId(about.task) ?? about.task, about.value)
    case 'approval.given':
      return keyOf('answered', about.granted)
    case 'steer.received':
      return keyOf('steer', about.text)
    case 'spawn.refused':
      return keyOf('refused', 'delegate', about.task, about.error.code)
    case 'manager.refused':
      return keyOf('refused', about.decision, about.error.code)
    case 'task.succeeded':
    case 'task.failed':
    case 'task.lost':
    case 'task.cancelled':
    case 'task.skipped':
      return keyOf('outcome', about.task, about.type.slice('task.'.length))
    default:
      return keyOf(kind)
  }
}

/** The same of a message that is about to be delivered. */
export function messageKey({ message }: NextMessage): string {
  switch (message.type) {
    case 'woke':
      return keyOf('woke', message.wake)
    case 'plan':
    case 'planFailed':
      return keyOf(message.type, message.plan)
    case 'discovered':
      return keyOf('discovered', message.task, message.item)
    case 'emitted':
      return keyOf('emitted', message.task, message.value)
    case 'answered':
      return keyOf('answered', message.granted)
    case 'steer':
      return keyOf('steer', message.text)
    case 'refused':
      return message.task === undefined
        ? keyOf('refused', message.decision, message.error.code)
        : keyOf('refused', message.decision, message.task, message.error.code)
    case 'outcome':
      return keyOf('outcome', message.task, message.outcome)
    default:
      return keyOf(message.type)
  }
}

/**
 * Hands over recorded decisions by what a message says and not by its place, because under another
 * strategy the same messages come in another order. Two things wait for longer: tasks until all that
 * they depend on is there, and the finish until everything is settled.
 */
export class RecordedDecisions {
  readonly #byKey = new Map<string, RecordedMessage[]>()
  #held: readonly Decision[] = []

  constructor(messages: readonly RecordedMessage[]) {
    const last = messages.at(-1)
    for (const message of messages) {
      const finish = message === last ? message.decisions.filter(({ type }) => type === 'finish') : []
      if (finish.length === 0 || message.key === SETTLED) this.#add(message)
      else {
        this.#add({ ...message, decisions: message.decisions.filter(({ type }) => type !== 'finish') })
        this.#add({ ...message, key: SETTLED, decisions: finish })
      }
    }
  }

  /** What was decided when this was heard, for the n-th time the n-th; nothing if it never was. */
  take(next: NextMessage, state: KernelState): Pick<RecordedMessage, 'decisions' | 'failure'> {
    const recorded = this.#byKey.get(messageKey(next))?.shift()
    const fresh = (recorded?.decisions ?? []).map((decision) =>
      decision.type === 'wake' ? { ...decision, at: decision.at - (recorded?.at ?? 0) + state.at } : decision,
    )
    const due = [...this.#held, ...fresh]
    // Once everything is settled nothing more will come, and waiting on would hide what is missing.
    const decisions = next.message.type === 'settled' ? due : due.filter((decision) => isComplete(decision, state))
    this.#held = due.filter((decision) => !decisions.includes(decision))
    return recorded?.failure === undefined ? { decisions } : { decisions, failure: recorded.failure }
  }

  #add(message: RecordedMessage): void {
    const known = this.#byKey.get(message.key)
    if (known === undefined) this.#byKey.set(message.key, [message])
    else known.push(message)
  }
}

// ---------------------------------------------------------------------------------------------

/** Whether every task that a decision refers to is there. */
function isComplete(decision: Decision, { taskById }: KernelState): boolean {
  if (decision.type !== 'delegate') return true
  const own = new Set(decision.tasks.map(({ id }) => id))
  const isThere = (id: string) => own.has(id) || taskById.has(id)
  return (
    decision.tasks.every(({ dependsOn }) => dependsOn?.every(isThere) ?? true) &&
    (decision.parent === undefined || taskById.has(decision.parent))
  )
}

function keyOf(...parts: readonly unknown[]): string {
  return canonicalJson(parts)
}

const SETTLED = keyOf('settled')
