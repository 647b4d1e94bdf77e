import { parentPort } from 'node:worker_threads'
import type { ChoiceList } from '../choices/choices.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import { threadPulse } from '../lanes/thread-pulse.ts'
import { failureOf } from '../shrink/failure-of.ts'
import { createSimulator } from '../world/simulator.ts'
import { loadSubject, type LaneName } from './load-subject.ts'

/** Schedules to run where the code under check has been loaded anew. */
export interface SecondOpinionTask {
  readonly module: string
  readonly lane?: LaneName
  /** In their order; each with what is known of it. */
  readonly schedules: readonly KnownSchedule[]
}

/** A schedule and what it broke, or the hash of all that happened in it. */
export type KnownSchedule = { readonly choices: ChoiceList } & (
  | { readonly failure: string }
  | { readonly hash: string }
)

/** The first schedule that ended otherwise, by its place, and what it breaks here. */
export interface SecondOpinion {
  readonly index: number
  readonly failure?: string
}

// The entry of a thread: its module is loaded for it alone, so what it finds is what a replay will find.
const { data, beat } = threadPulse()
const { module, lane, schedules } = data as SecondOpinionTask
beat()
const simulator = createSimulator(await loadSubject(module, lane))
for (const [index, known] of schedules.entries()) {
  beat()
  // oxlint-disable-next-line no-await-in-loop -- one world, one schedule at a time
  const { end, hash } = await simulator.traceAsync(new ReplayedChoices(known.choices))
  const failure = failureOf(end)
  const isSame = 'hash' in known ? hash === known.hash : failure === known.failure
  if (isSame) continue
  const opinion: SecondOpinion = { index, ...(failure === undefined ? {} : { failure }) }
  parentPort?.postMessage(opinion, [])
  break
}
