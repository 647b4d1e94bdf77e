import type { AnyWorker, Assignment, ErrorRecord, Json } from '@bosun/core'
import type { SubjectFault } from '../trace/trace.ts'

/** What the world gives to one attempt, and is told by it. */
export interface LaneHooks {
  /** The clock of the slot, in ms. */
  now(): number
  /** Calls `act` in `ms` simulated ms, from an event of the world. */
  after(ms: number, act: () => void): void
  /** From 0 up to 1. */
  random(): number
  progress(note: string, count: { readonly done: number; readonly total: number } | undefined): void
  emit(value: Json): void
  discover(item: Json): void
  /** Calls a tool; `settle` is called from an event of the world, and counts once. */
  callTool(name: string, input: Json, settle: (outcome: ToolOutcome) => void): void
  /** Called once, with what the attempt came to; never when its code does not settle or was cut off. */
  finished(outcome: AttemptOutcome): void
}

export type ToolOutcome = { readonly value: Json } | { readonly error: ErrorRecord }
export type AttemptOutcome = { readonly result: Json } | { readonly error: ErrorRecord }

/** One attempt whose code runs in a lane. */
export interface LaneAttempt {
  /** Tells the code to stop: its signal aborts and its sleeps end. The code may go on all the same. */
  abort(): void
  /** Cuts the code off, as the death of its host does: nothing that it still does reaches the world. */
  kill(): void
}

/**
 * Runs the code of workers in the simulated world, one schedule at a time in a thread.
 *
 * `await open()`, then events: after each one, `if (lane.restless) await lane.settle()`; at the end
 * `close()`, whatever happened.
 */
export interface Lane {
  /** Waits until no other schedule of this thread uses a lane. */
  open(): Promise<void>
  /** Starts an attempt. Code that is synchronous has finished when this returns. */
  start(worker: AnyWorker, assignment: Assignment, hooks: LaneHooks): LaneAttempt
  /** True when user code may have something to do. */
  readonly restless: boolean
  /** Comes back when all user code has come to rest. */
  settle(): Promise<void>
  /** What user code did that no subject may do, in the order in which it was found; nothing is told twice. */
  takeFaults(): readonly SubjectFault[]
  /** Cuts off what still runs: the schedule is over. */
  close(): void
}
