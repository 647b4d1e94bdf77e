import type { Assignment, CarryOut, ErrorRecord, Json } from '@bosun/core'
import type { AskModel } from '@bosun/sdk'

/** Where an executor tells what becomes of one attempt. What comes after its end is ignored. */
export interface AttemptSinks {
  started(host: string): void
  /** Ends the attempt: what the worker returned, as plain JSON. */
  result(result: Json): void
  /** Ends the attempt: the worker failed. */
  error(error: ErrorRecord): void
  /** Ends the attempt: what ran it is gone. */
  lost(error: ErrorRecord): void
  /** Ends the attempt without a word: it was told to stop and did not. */
  abandoned(): void
  discovered(item: Json): void
  emitted(value: Json): void
  violation(error: ErrorRecord): void
  beat(): void
  progress(note: string, count: { readonly done: number; readonly total: number } | undefined): void
  /** A tool call of the attempt, through the gateway. */
  call(name: string, input: Json, signal: AbortSignal, carryOut?: CarryOut): Promise<Json>
  /** A call of the attempt's model, through the gateway of models. */
  readonly ask: AskModel
}

/** Runs attempts somewhere: in this process, or in hosts of their own. */
export interface Executor {
  run(assignment: Assignment, sinks: AttemptSinks): void
  /** Asks an attempt to stop, and ends it by force `politeMs` later where force is possible. */
  stop(assignment: Assignment, politeMs: number): void
  /** Ends everything that still runs. */
  close(): Promise<void>
}
