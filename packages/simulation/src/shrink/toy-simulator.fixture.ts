import type { Choices } from '../choices/choices.ts'
import { RecordingChoices } from '../choices/recording-choices.ts'
import type { ScheduleEnd, Trace } from '../trace/trace.ts'
import type { Simulator } from '../world/simulator.ts'

/** What a toy world says of one schedule: the clause that it broke, if any, and how long its log was. */
export interface ToyVerdict {
  readonly broke?: string
  readonly facts?: number
}

/** A simulator whose world is one function; for specs of what searches and shrinks. */
export function toySimulator(
  world: (choices: Choices) => ToyVerdict,
  isAsync = false,
): Simulator & { readonly runs: () => number } {
  let runs = 0
  const run = (choices: Choices): ScheduleEnd => {
    runs += 1
    const { broke, facts = 1 } = world(choices)
    const violation = { invariant: 'TOY', clause: broke ?? '', sentence: 'it broke', seqs: [] }
    return { facts, inputs: 1, virtualMs: 1, ended: 'run.completed', ...(broke === undefined ? {} : { violation }) }
  }
  const trace = (choices: Choices): Trace => {
    const recording = new RecordingChoices(choices)
    const end = run(recording)
    const list = recording.list()
    return { events: [], log: [], choices: list, end, hash: JSON.stringify([list, end]) }
  }
  return {
    isAsync,
    run,
    trace,
    runAsync: (choices) => Promise.resolve(run(choices)),
    traceAsync: (choices) => Promise.resolve(trace(choices)),
    runs: () => runs,
  }
}
