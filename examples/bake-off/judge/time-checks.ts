import type { TableCheck } from './check.ts'
import type { MakeMatcher } from './matcher.ts'

/** What an implementation took, and what a fixed piece of work took meanwhile, both in ms. */
export interface TimeTaken {
  readonly ms: number
  readonly yardstickMs: number
}

/** Enough for the compiler to have seen the code, and for one round that nothing else came in between. */
const ROUNDS = 60

/**
 * Times patterns from their text to the last answer. Only the ratio of the two numbers means something: both are
 * the sums of the shortest rounds, taken in turns, so that a slow machine shows in both and a busy one in none.
 */
export function timeChecks(makeMatcher: MakeMatcher, checks: readonly TableCheck[]): TimeTaken {
  let [ms, yardstickMs] = [0, 0]
  for (const check of checks) {
    let [least, yardstickLeast] = [Infinity, Infinity]
    for (let round = 0; round < ROUNDS; round += 1) {
      least = Math.min(least, timeOf(makeMatcher, check))
      yardstickLeast = Math.min(yardstickLeast, timeOf(yardstick, check))
    }
    ms += least
    yardstickMs += yardstickLeast
  }
  return { ms, yardstickMs }
}

// ---------------------------------------------------------------------------------------------

const yardstick: MakeMatcher = (pattern) => {
  const regex = new RegExp(`^(?:[^/]*/)*${RegExp.escape(pattern)}$`)
  return (path) => regex.test(path)
}

function timeOf(makeMatcher: MakeMatcher, { pattern, matches, rejects }: TableCheck): number {
  const from = performance.now()
  const matcher = makeMatcher(pattern)
  for (const path of matches) matcher(path)
  for (const path of rejects) matcher(path)
  return performance.now() - from
}
