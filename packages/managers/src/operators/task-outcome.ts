import type { OutcomeMessage } from '@bosun/core'

/** How a task ended, with what it returned: a message of that kind is one, and so is what a run handle tells. */
export type TaskOutcome = Omit<OutcomeMessage, 'type' | 'seq'>
