import type { Choice, ChoiceList } from '../choices/choices.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import type { Simulator } from '../world/simulator.ts'
import { failureOf } from './failure-of.ts'
import { runTrials, runTrialsAsync, type Trials } from './trials.ts'

const SCHEDULES_MAX = 2_000
/** Schedules that go round in circles are long, and nobody waits for two thousand of them. */
const FACTS_MAX = 200_000

/** The nearest schedule that passes: all as in the failing one but for one choice. */
export interface PassingTwin {
  readonly choices: ChoiceList
  /** What the failing schedule chose. */
  readonly flipped: Choice
  /** What the twin chose in its place; 0 is the plainest. */
  readonly value: number
}

/**
 * Looks for the one choice that makes the difference: the smallest change that lets the schedule pass,
 * and of equal changes the latest. `undefined` when no single choice does, as when the subject fails
 * without any.
 *
 * @param schedulesMax schedules that may be run. Default 2,000
 */
export function passingTwin(
  simulator: Simulator,
  choices: ChoiceList,
  schedulesMax = SCHEDULES_MAX,
): PassingTwin | undefined {
  return runTrials(simulator, flips(choices, schedulesMax))
}

/** The same for any world, also one that waits. */
export function passingTwinAsync(
  simulator: Simulator,
  choices: ChoiceList,
  schedulesMax = SCHEDULES_MAX,
): Promise<PassingTwin | undefined> {
  return runTrialsAsync(simulator, flips(choices, schedulesMax))
}

function* flips(choices: ChoiceList, schedulesMax: number): Trials<PassingTwin | undefined> {
  const all = choices.flatMap((flipped, index) =>
    otherValues(flipped).map((value) => ({ flipped, index, value, change: Math.abs(value - flipped.value) })),
  )
  all.sort((one, other) => one.change - other.change || other.index - one.index)
  let facts = 0
  for (const { flipped, index, value } of all.slice(0, schedulesMax)) {
    if (facts >= FACTS_MAX) return undefined
    const twin = value === 0 ? choices.toSpliced(index, 1) : choices.with(index, { ...flipped, value })
    const { end, choices: recorded } = yield new ReplayedChoices(twin)
    facts += end.facts
    if (failureOf(end) === undefined) return { choices: recorded, flipped, value }
  }
  return undefined
}

/** 0, the ends, and what lies a power of two away. */
function otherValues({ value, bound }: Choice): readonly number[] {
  const values = new Set([0, bound - 1])
  for (let step = 1; step < bound; step *= 2) values.add(value - step).add(value + step)
  return [...values].filter((other) => other >= 0 && other < bound && other !== value)
}
