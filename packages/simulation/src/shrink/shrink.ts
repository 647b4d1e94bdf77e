import { BosunError } from '@bosun/core'
import type { ChoiceList } from '../choices/choices.ts'
import type { ScheduleEnd } from '../trace/trace.ts'
import type { Simulator } from '../world/simulator.ts'
import { failureOf } from './failure-of.ts'
import { listKey } from './list-key.ts'
import { smaller } from './smaller.ts'
import { runTrials, runTrialsAsync, type TrialEnd, type Trials } from './trials.ts'

const SCHEDULES_MAX = 20_000

export interface ShrinkOptions {
  /** Schedules that may be run. Default 20,000. */
  readonly schedulesMax?: number
}

/** The smallest schedule that was found. */
export interface Shrunk {
  readonly choices: ChoiceList
  readonly end: ScheduleEnd
  /** Schedules that were run for it. */
  readonly schedules: number
  /**
   * Whether it is minimal: with any one of its choices taken back to 0 it passes, or fails otherwise.
   * False only when the schedules ran out.
   */
  readonly isMinimal: boolean
}

/**
 * Makes a failing schedule small. Every candidate is run; one that fails in the same way, by the same
 * clause of the same invariant, and is smaller, takes its place. Smaller means: fewer facts, then
 * fewer faults, then fewer choices, then lower ones. At last choices are dropped even where that makes
 * the log longer, so that none is left which does not matter.
 *
 * @param choices of a failing schedule; throws REPLAY_STALE when it does not fail
 */
export function shrink(simulator: Simulator, choices: ChoiceList, options: ShrinkOptions = {}): Shrunk {
  return runTrials(simulator, descent(choices, options))
}

/** The same for any world, also one that waits. */
export function shrinkAsync(simulator: Simulator, choices: ChoiceList, options: ShrinkOptions = {}): Promise<Shrunk> {
  return runTrialsAsync(simulator, descent(choices, options))
}

function* descent(choices: ChoiceList, { schedulesMax = SCHEDULES_MAX }: ShrinkOptions): Trials<Shrunk> {
  let best = yield choices
  const failure = failureOf(best.end)
  if (failure === undefined) {
    throw new BosunError('REPLAY_STALE', { expected: 'a schedule that fails', received: 'one that passes' })
  }
  /** Schedules that were tried; absent ends are of those that did not fail in the same way. */
  const tried = new Map<string, TrialEnd | undefined>()
  let stage = 0
  let candidates = smaller(best.choices)
  while (stage < ORDERS.length) {
    const candidate = candidates.next()
    if (candidate.done === true) {
      stage += 1
      candidates = smaller(best.choices)
      continue
    }
    const key = listKey(candidate.value)
    if (!tried.has(key)) {
      if (tried.size >= schedulesMax) break
      const trial = yield candidate.value
      tried.set(key, failureOf(trial.end) === failure ? trial : undefined)
    }
    const trial = tried.get(key)
    if (trial === undefined || ORDERS[stage]?.(trial, best) !== true) continue
    best = trial
    candidates = smaller(best.choices)
  }
  return { choices: best.choices, end: best.end, schedules: tried.size + 1, isMinimal: stage === ORDERS.length }
}

type Order = (one: TrialEnd, other: TrialEnd) => boolean

/**
 * When one failing schedule is better than another, in two stages. No candidate has more choices than
 * what it came from, so that the second, which mixes two orders, comes to an end as well.
 */
const ORDERS: readonly Order[] = [isSmaller, (one, other) => isShorter(one, other) || isSmaller(one, other)]

function isSmaller(one: TrialEnd, other: TrialEnd): boolean {
  const byFacts = one.end.facts - other.end.facts
  if (byFacts !== 0) return byFacts < 0
  const byFaults = faultsOf(one.choices) - faultsOf(other.choices)
  if (byFaults !== 0) return byFaults < 0
  const byLength = one.choices.length - other.choices.length
  return byLength !== 0 ? byLength < 0 : sumOf(one.choices) < sumOf(other.choices)
}

function isShorter(one: TrialEnd, other: TrialEnd): boolean {
  return one.choices.length < other.choices.length
}

function faultsOf(choices: ChoiceList): number {
  return choices.reduce((count, { label }) => count + (label.startsWith('fault.') ? 1 : 0), 0)
}

function sumOf(choices: ChoiceList): number {
  return choices.reduce((sum, { value }) => sum + value, 0)
}
