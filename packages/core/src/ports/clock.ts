import type { ServiceIdentifier } from 'inversify'

/** Time in whole milliseconds that never goes back, and the one way to wait for it. */
export interface Clock {
  now(): number
  /** Calls `wake` once, at or after `atMs`; returns what takes the call back. */
  wakeAt(atMs: number, wake: () => void): () => void
}
export const Clock: ServiceIdentifier<Clock> = Symbol.for('bosun.Clock')
