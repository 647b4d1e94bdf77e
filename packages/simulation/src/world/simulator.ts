import type { Choices } from '../choices/choices.ts'
import type { Setting } from '../subject/setting.ts'
import type { ScheduleEnd, Trace } from '../trace/trace.ts'

/** Runs schedules of one setting, one after the other. */
export interface Simulator {
  /** Runs one schedule and judges it; nothing is kept, so this is the fast way. */
  run(choices: Choices): ScheduleEnd
  /** The same, keeping what happened and what was chosen. */
  trace(choices: Choices): Trace
}

/** A simulator for one setting. It may be used for any number of schedules. */
export function createSimulator(_setting: Setting): Simulator {
  throw new Error('under construction: written next')
}
