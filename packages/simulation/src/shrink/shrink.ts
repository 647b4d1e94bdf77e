import { BosunError } from '@bosun/core'
import type { ChoiceList } from '../choices/choices.ts'
import type { ScheduleEnd } from '../trace/trace.ts'
import { FAULT_KINDS, type FaultKind } from '../faults/fault-catalogue.ts'
import { MutatedChoices } from '../choices/mutated-choices.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import type { Simulator } from '../world/simulator.ts'
import { failureOf } from './failure-of.ts'
import { listKey } from './list-key.ts'
import { smaller } from './smaller.ts'
import { SparseChoices } from './sparse-choices.ts'
import { runTrials, runTrialsAsync, type TrialEnd, type Trials } from './trials.ts'

const SCHEDULES_MAX = 5_000
/** Far more than those schedules have, unless they go round in circles until somebody stops them. */
const FACTS_MAX = 400_000
/** Facts of a schedule that need not be fewer. */
const FACTS_ENOUGH = 8
/** Other schedules that are tried when one stays larger than that, and how many small worlds of them are shrunk. */
const ELSEWHERE_COUNT = 2_400
const DESCENTS_MAX = 8
/** The share of the choices that is made anew in variations. */
const RATES = [0.05, 0.15, 0.35]
const FAULTS_MAX = 3

export interface ShrinkOptions {
  /** Schedules that may be run. Default 5,000. */
  readonly schedulesMax?: number
  /** The faults that may be in the smallest schedule. Default: those of the failing one. */
  readonly faults?: readonly FaultKind[]
}

/** The smallest schedule that was found. */
export interface Shrunk {
  readonly choices: ChoiceList
  readonly end: ScheduleEnd
  /** Schedules that were run for it. */
  readonly schedules: number
  /**
   * Whether it is minimal: with any one of its choices taken back to 0 it passes, or fails otherwise.
   * False only when the schedules ran out, or grew too long to try many.
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
 *
 * @example
 * const { choices } = simulator.trace(randomChoices(42)) // a schedule that fails
 * const shrunk = shrink(simulator, choices)
 * console.log(shrunk.end.violation, printReplay(shrunk.choices, settingHash(setting)))
 */
export function shrink(simulator: Simulator, choices: ChoiceList, options: ShrinkOptions = {}): Shrunk {
  return runTrials(simulator, smallest(choices, options))
}

/** The same for any world, also one that waits. */
export function shrinkAsync(simulator: Simulator, choices: ChoiceList, options: ShrinkOptions = {}): Promise<Shrunk> {
  return runTrialsAsync(simulator, smallest(choices, options))
}

function* smallest(choices: ChoiceList, options: ShrinkOptions): Trials<Shrunk> {
  const { schedulesMax = SCHEDULES_MAX, faults = kindsOf(choices) } = options
  const first = yield new ReplayedChoices(choices)
  const failure = failureOf(first.end)
  if (failure === undefined) {
    throw new BosunError('REPLAY_STALE', { expected: 'a schedule that fails', received: 'one that passes' })
  }
  const descent = new Descent(failure, schedulesMax)
  yield* descent.from(first)
  yield* descent.elsewhere(kindsOf(choices), faults)
  const { choices: least, end } = descent.best as TrialEnd
  return { choices: least, end, schedules: descent.schedules, isMinimal: descent.isMinimal }
}

/** The way down from one failing schedule, then from others, to the smallest of all. */
class Descent {
  readonly #failure: string
  readonly #schedulesMax: number
  /** Schedules of this descent; absent are those that did not fail in the same way. */
  readonly #tried = new Map<string, TrialEnd | undefined>()
  schedules = 1
  #facts = 0
  best: TrialEnd | undefined
  isMinimal = false

  constructor(failure: string, schedulesMax: number) {
    this.#failure = failure
    this.#schedulesMax = schedulesMax
  }

  /** Goes from neighbour to neighbour until none is better. */
  *from(start: TrialEnd): Trials<void> {
    let here = start
    let stage = 0
    let candidates = smaller(here.choices)
    while (stage < ORDERS.length && this.#mayGoOn) {
      const candidate = candidates.next()
      if (candidate.done === true) {
        stage += 1
        candidates = smaller(here.choices)
        continue
      }
      const trial = yield* this.#tryOut(candidate.value)
      if (trial === undefined || ORDERS[stage]?.(trial, here) !== true) continue
      here = trial
      candidates = smaller(here.choices)
    }
    if (this.best !== undefined && !isSmaller(here, this.best)) return
    this.best = here
    this.isMinimal = stage === ORDERS.length
  }

  /**
   * Looks for the same failure elsewhere, since what is left of a large schedule can be larger than it
   * need be: in small worlds that are drawn at random, by turns with the faults of the failing schedule
   * and with all, and in variations of the smallest schedule so far.
   */
  *elsewhere(known: readonly FaultKind[], all: readonly FaultKind[]): Trials<void> {
    const [plain, wild] = [known, all].map((faults) => new SparseChoices({ faults, faultsMax: FAULTS_MAX })) as [
      SparseChoices,
      SparseChoices,
    ]
    let descents = 0
    for (let seed = 0; seed < ELSEWHERE_COUNT && this.#mayGoOn; seed += 1) {
      const best = this.best as TrialEnd
      if (best.end.facts <= FACTS_ENOUGH) return
      const isVariation = seed % 3 === 2
      if (!isVariation && descents >= DESCENTS_MAX) continue
      const rate = RATES[Math.floor(seed / 3) % RATES.length] as number
      this.schedules += 1
      const trial = yield isVariation
        ? new MutatedChoices(best.choices, wild.seeded(seed), { rate, seed, faultsMax: FAULTS_MAX })
        : (seed % 3 === 0 ? plain : wild).seeded(seed)
      this.#facts += trial.end.facts
      // A variation is much like the schedule it is of: it has to be smaller before it is shrunk itself.
      if (failureOf(trial.end) !== this.#failure || (isVariation && trial.end.facts >= best.end.facts)) continue
      if (!isVariation) descents += 1
      yield* this.from(trial)
    }
  }

  get #mayGoOn(): boolean {
    return this.schedules < this.#schedulesMax && this.#facts < FACTS_MAX
  }

  *#tryOut(choices: ChoiceList): Trials<TrialEnd | undefined> {
    const key = listKey(choices)
    if (this.#tried.has(key)) return this.#tried.get(key)
    this.schedules += 1
    const trial = yield new ReplayedChoices(choices)
    this.#facts += trial.end.facts
    const kept = failureOf(trial.end) === this.#failure ? trial : undefined
    this.#tried.set(key, kept)
    return kept
  }
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

function kindsOf(choices: ChoiceList): readonly FaultKind[] {
  return FAULT_KINDS.filter((kind) => choices.some(({ label }) => label === `fault.${kind}`))
}

function sumOf(choices: ChoiceList): number {
  return choices.reduce((sum, { value }) => sum + value, 0)
}
