import type { ChoiceList, Choices } from '../choices/choices.ts'
import { RecordingChoices } from '../choices/recording-choices.ts'
import type { ScheduleEnd } from '../trace/trace.ts'
import type { Simulator } from '../world/simulator.ts'

/** What came of a schedule that was tried. */
export interface TrialEnd {
  readonly end: ScheduleEnd
  /** The choices that the schedule came by; of a list, the others did not matter. */
  readonly choices: ChoiceList
}

/** Asks for schedules to be run, one after the other, and ends with what it found out. */
export type Trials<R> = Generator<Choices, R, TrialEnd>

/** Runs what is asked for in a world that does not wait. */
export function runTrials<R>(simulator: Simulator, trials: Trials<R>): R {
  let asked = trials.next()
  while (asked.done !== true) {
    const recording = new RecordingChoices(asked.value)
    const end = simulator.run(recording)
    asked = trials.next({ end, choices: recording.list() })
  }
  return asked.value
}

/** Runs what is asked for, in any world. */
export async function runTrialsAsync<R>(simulator: Simulator, trials: Trials<R>): Promise<R> {
  if (!simulator.isAsync) return runTrials(simulator, trials)
  let asked = trials.next()
  while (asked.done !== true) {
    const recording = new RecordingChoices(asked.value)
    // oxlint-disable-next-line no-await-in-loop -- each schedule follows from how the one before it ended
    const end = await simulator.runAsync(recording)
    asked = trials.next({ end, choices: recording.list() })
  }
  return asked.value
}
