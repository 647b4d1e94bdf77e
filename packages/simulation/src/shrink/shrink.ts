import { BosunError } from '@bosun/core'
import type { ChoiceList } from '../choices/choices.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import type { ScheduleEnd } from '../trace/trace.ts'
import type { Simulator } from '../world/simulator.ts'
import { failureOf } from './failure-of.ts'
import { listKey } from './list-key.ts'
import { smaller } from './smaller.ts'

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
  const { schedulesMax = SCHEDULES_MAX } = options
  const descent = new Descent(simulator, choices, schedulesMax)
  const isMinimal =
    descent.descend(isSmaller) && descent.descend((one, other) => isShorter(one, other) || isSmaller(one, other))
  const { best, schedules } = descent
  return { choices: best.choices, end: best.end, schedules, isMinimal }
}

interface Failing {
  readonly choices: ChoiceList
  readonly end: ScheduleEnd
}

class Descent {
  readonly #simulator: Simulator
  readonly #failure: string
  readonly #schedulesMax: number
  /** How schedules ended that did not take the place of the best; absent where they did not fail the same. */
  readonly #tried = new Map<string, ScheduleEnd | undefined>()
  best: Failing
  schedules = 0

  constructor(simulator: Simulator, choices: ChoiceList, schedulesMax: number) {
    this.#simulator = simulator
    this.#schedulesMax = schedulesMax
    const trace = simulator.trace(new ReplayedChoices(choices))
    const failure = failureOf(trace.end)
    if (failure === undefined) {
      throw new BosunError('REPLAY_STALE', { expected: 'a schedule that fails', received: 'one that passes' })
    }
    this.#failure = failure
    this.best = { choices: trace.choices, end: trace.end }
  }

  /** Goes down until no neighbour is better; false when the schedules ran out before. */
  descend(isBetter: (one: Failing, other: Failing) => boolean): boolean {
    for (let moved = true; moved;) {
      moved = false
      for (const choices of smaller(this.best.choices)) {
        if (this.schedules >= this.#schedulesMax) return false
        const end = this.#tryOut(choices)
        if (end === undefined || !isBetter({ choices, end }, this.best)) continue
        this.best = this.#asRecorded(choices)
        moved = true
        break
      }
    }
    return true
  }

  #tryOut(choices: ChoiceList): ScheduleEnd | undefined {
    const key = listKey(choices)
    if (this.#tried.has(key)) return this.#tried.get(key)
    this.schedules += 1
    const end = this.#simulator.run(new ReplayedChoices(choices))
    const kept = failureOf(end) === this.#failure ? end : undefined
    this.#tried.set(key, kept)
    return kept
  }

  /** Without the choices that this schedule no longer comes by. */
  #asRecorded(choices: ChoiceList): Failing {
    this.schedules += 1
    const trace = this.#simulator.trace(new ReplayedChoices(choices))
    return { choices: trace.choices, end: trace.end }
  }
}

function isSmaller(one: Failing, other: Failing): boolean {
  const byFacts = one.end.facts - other.end.facts
  if (byFacts !== 0) return byFacts < 0
  const byFaults = faultsOf(one.choices) - faultsOf(other.choices)
  if (byFaults !== 0) return byFaults < 0
  const byLength = one.choices.length - other.choices.length
  return byLength !== 0 ? byLength < 0 : sumOf(one.choices) < sumOf(other.choices)
}

/** No candidate has more choices than what it came from, so that mixing both orders comes to an end. */
function isShorter(one: Failing, other: Failing): boolean {
  return one.choices.length < other.choices.length
}

function faultsOf(choices: ChoiceList): number {
  return choices.reduce((count, { label }) => count + (label.startsWith('fault.') ? 1 : 0), 0)
}

function sumOf(choices: ChoiceList): number {
  return choices.reduce((sum, { value }) => sum + value, 0)
}
