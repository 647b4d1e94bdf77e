import type { ChoiceList } from '../choices/choices.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import type { Trace } from '../trace/trace.ts'
import type { Simulator } from '../world/simulator.ts'
import { firstDifference } from './first-difference.ts'

/** Enough for one of them to come by what code keeps; all of them take some ms. */
const WITNESSES_MAX = 8

/** A schedule and what came of it, as other threads can be told. */
export interface Witness {
  readonly choices: ChoiceList
  readonly hash: string
}

/** A schedule that did not go the same way again; `nth` counts from 1. */
interface Changed {
  readonly choices: ChoiceList
  readonly nth: number
  readonly sentence: string
}

/**
 * The first schedules of a campaign, to be run again at its end. Twice in a row tells nothing of code
 * that remembers what it has answered, or that changes with the schedules it has seen.
 */
export class Witnesses {
  readonly #traces: Trace[] = []

  get areWanted(): boolean {
    return this.#traces.length < WITNESSES_MAX
  }

  add(trace: Trace): void {
    this.#traces.push(trace)
  }

  list(): readonly Witness[] {
    return this.#traces.map(({ choices, hash }) => ({ choices, hash }))
  }

  /** Runs them again; the first that goes another way, if one does. */
  async changed(simulator: Simulator, beat?: () => void): Promise<Changed | undefined> {
    for (const [index, trace] of this.#traces.entries()) {
      beat?.()
      // oxlint-disable-next-line no-await-in-loop -- one world, one schedule at a time
      const again = await simulator.traceAsync(new ReplayedChoices(trace.choices))
      const sentence = firstDifference(trace, again)
      if (sentence !== undefined) return { choices: trace.choices, nth: index + 1, sentence }
    }
    return undefined
  }
}
