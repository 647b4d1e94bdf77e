/**
 * What user code says about itself. In a run each of these costs a look-up and does nothing; under
 * check the simulated world listens, counts, and ends the schedule in which an `always` does not hold.
 *
 * A label names one assertion in all schedules and in every report, so it is a constant and unique.
 */

/** Whoever listens. */
export interface AssertionWatch {
  asserted(kind: AssertionKind, label: string, holds: boolean): void
}

export type AssertionKind = 'always' | 'sometimes' | 'reachable'

/**
 * States what must hold whenever this line is reached. A schedule in which it does not is a
 * counterexample, reported as a violation of `U-` and the label.
 *
 * @example
 * always(open.size <= 8, 'at most eight files are open')
 */
export function always(condition: boolean, label: string): void {
  holder[WATCH]?.asserted('always', label, condition)
}

/**
 * States what must hold at least once in a campaign: that the case it is about was tried at all. A
 * campaign in which it never did is inconclusive.
 *
 * @example
 * sometimes(retries > 0, 'a page was written at the second attempt')
 */
export function sometimes(condition: boolean, label: string): void {
  holder[WATCH]?.asserted('sometimes', label, condition)
}

/**
 * Counts the schedules that come past this line, for the report of a campaign.
 *
 * @example
 * catch { reachable('the site could not be read') }
 */
export function reachable(label: string): void {
  holder[WATCH]?.asserted('reachable', label, true)
}

/** Sets who listens, and returns who did before. */
export function watchAssertions(watch: AssertionWatch | undefined): AssertionWatch | undefined {
  const before = holder[WATCH]
  holder[WATCH] = watch
  return before
}

// ---------------------------------------------------------------------------------------------

/** In the global object, since code under check may have come with a copy of this module of its own. */
const WATCH = Symbol.for('bosun.assertions')
const holder = globalThis as { [WATCH]?: AssertionWatch | undefined }
