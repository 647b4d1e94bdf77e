import type { ServiceIdentifier } from 'inversify'

/** A seeded source of numbers from 0 up to 1, and of ids that are new. */
export interface Random {
  next(): number
  /** A short id for a run. */
  id(): string
}
export const Random: ServiceIdentifier<Random> = Symbol.for('bosun.Random')
