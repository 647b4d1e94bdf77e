import type { HeldCall } from '@bosun/core'

/** A question to a person, and its answer. */
export interface ApprovalRecord {
  readonly approval: string
  readonly question: string
  /** When it was asked first. */
  readonly askedAt: number
  /** Index of the task whose call asks; -1 where the manager does. */
  readonly task: number
  readonly call: HeldCall | undefined
  readonly request: string | undefined
  /** The attempt that waits, or that waited last; 0 for none. */
  waitingEpoch: number
  answer: { readonly granted: boolean; readonly by: string; readonly reason: string } | undefined
}

/** Whether the live attempt of a task waits for the answer of its question. */
export function isAwaited(
  { answer, waitingEpoch }: ApprovalRecord,
  live: { readonly epoch: number } | undefined,
): boolean {
  return live !== undefined && answer === undefined && waitingEpoch === live.epoch
}
