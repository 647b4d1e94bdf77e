import type { FactOf } from '@bosun/core'
import { illegal } from './illegal-fact.ts'
import type { InboxEntry, KernelState } from './kernel-state.ts'

const NOTHING = {
  task: -1,
  epoch: 0,
  text: '',
  value: undefined,
  tasks: undefined,
  groups: undefined,
  error: undefined,
}

export function tell(
  state: KernelState,
  kind: InboxEntry['kind'],
  ref: number,
  detail: Partial<Omit<InboxEntry, 'kind' | 'ref'>> = NOTHING,
): void {
  state.inbox.push({
    kind,
    ref,
    task: detail.task ?? -1,
    epoch: detail.epoch ?? 0,
    text: detail.text ?? '',
    value: detail.value,
    tasks: detail.tasks,
    groups: detail.groups,
    error: detail.error,
  })
}

export function takeMessage(state: KernelState, fact: FactOf<'message.delivered'>): void {
  const entry = state.inbox[state.inboxHead]
  if (entry === undefined || entry.ref !== fact.ref)
    illegal(fact, `the message of fact ${entry?.ref ?? 0}`, `that of ${fact.ref}`)
  state.inboxHead += 1
  // Delivered messages are dropped in bulk, so that the queue stays as long as what waits in it.
  if (state.inboxHead >= 1024 && state.inboxHead * 2 >= state.inbox.length) {
    state.inbox.splice(0, state.inboxHead)
    state.inboxHead = 0
  }
}
