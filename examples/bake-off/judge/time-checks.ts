import type { TableCheck } from './check.ts'
import type { MakeMatcher } from './matcher.ts'

/** What an implementation took, and what a fixed piece of work took meanwhile, both in ms. */
export interface TimeTaken {
  readonly ms: number
  readonly yardstickMs: number
}

const ROUNDS = 5
const REPEATS = 20

/**
 * Times patterns from the text to the last answer. Only the ratio of the two numbers means something: they are
 * taken in turns, the least of all rounds each, so that a busy or slow machine shows in both.
 */
export function timeChecks(makeMatcher: MakeMatcher, checks: readonly TableCheck[]): TimeTaken {
  const rounds = Array.from({ length: ROUNDS }, () => ({
    ms: timeOf(() => checks.forEach((check) => matchAll(makeMatcher, check))),
    yardstickMs: timeOf(() => checks.forEach(yardstick)),
  }))
  return { ms: least(rounds.map(({ ms }) => ms)), yardstickMs: least(rounds.map((one) => one.yardstickMs)) }
}

// ---------------------------------------------------------------------------------------------

function matchAll(makeMatcher: MakeMatcher, { pattern, matches, rejects }: TableCheck): void {
  const matcher = makeMatcher(pattern)
  for (const path of matches) matcher(path)
  for (const path of rejects) matcher(path)
}

function yardstick({ pattern, matches, rejects }: TableCheck): void {
  const regex = new RegExp(`^(?:[^/]*/)*${RegExp.escape(pattern)}$`)
  for (const path of matches) regex.test(path)
  for (const path of rejects) regex.test(path)
}

function timeOf(work: () => void): number {
  const from = performance.now()
  for (let count = 0; count < REPEATS; count += 1) work()
  return performance.now() - from
}

function least(numbers: readonly number[]): number {
  return Math.max(Number.MIN_VALUE, Math.min(...numbers))
}
