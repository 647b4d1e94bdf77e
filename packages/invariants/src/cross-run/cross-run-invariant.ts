import type { Finding } from '../invariant.ts'

/**
 * An invariant over two or more runs: a pure function of their facts. It has the same entry in the
 * catalogue as one that judges a single log; the facts that a finding names are those of the last run
 * that it was given.
 */
export interface CrossRunInvariant<R extends readonly unknown[] = readonly never[], C extends string = string> {
  readonly id: string
  readonly title: string
  readonly sentence: string
  readonly clauses: Readonly<Record<C, string>>
  /** The first thing that breaks it, or `undefined`. */
  judge(...runs: R): Finding<C> | undefined
}

/** Declares an invariant over runs; the types of runs and clauses follow from what is written. */
export function defineCrossRun<R extends readonly unknown[], const C extends string>(
  invariant: CrossRunInvariant<R, C>,
): CrossRunInvariant<R, C> {
  return invariant
}
