import { resumeEquivalence } from '@bosun/invariants'
import { NthFaultChoices } from '../choices/nth-fault-choices.ts'
import type { Choices } from '../choices/choices.ts'
import { RandomChoices } from '../choices/random-choices.ts'
import { CalmChoices } from '../cross-runs/calm-choices.ts'
import { failureOf } from '../shrink/failure-of.ts'
import type { Setting } from '../subject/setting.ts'
import { createSimulator } from '../world/simulator.ts'
import { CRASHES } from './crashes.ts'

/** What came of a scenario whose manager died at every place. */
export interface CrashesReport {
  readonly crashes: number
  readonly faults: readonly string[]
}

/** How a scenario is run, beside its crashes. */
export interface CrashOptions {
  /**
   * Somebody cancels something, as the first or the second person who may (1 or 2), and budgets, deadlines and
   * chance count. What a run comes to then hangs on the moment, so it is not compared with the run without the crash;
   * that cancellations, budgets, attempts and accepted results outlive the crash is judged all the same.
   */
  readonly cancelledAt?: number
}

/**
 * Runs one drawn scenario without a fault, then once for every place at which its manager can die in it: at
 * each record, between it and its effects, and with the record half written. Each has to keep all invariants,
 * and to come to the same as the run without the crash (R4), unless the setting says that its runs differ.
 */
export async function crashEverywhere(
  setting: Setting,
  seed: number,
  { cancelledAt }: CrashOptions = {},
): Promise<CrashesReport> {
  const compares = setting.comparesRuns && cancelledAt === undefined
  const simulator = createSimulator({ ...setting, comparesRuns: false })
  const random = new RandomChoices({ faultsMax: 0 }).seeded(seed)
  // Anew for every run, since it counts.
  const scenario = (): Choices =>
    cancelledAt === undefined ? new CalmChoices(random) : new NthFaultChoices(random, 'cancelled', cancelledAt)
  const trace = (choices: Choices) => (simulator.isAsync ? simulator.traceAsync(choices) : simulator.trace(choices))
  const whole = await trace(scenario())
  const atFirst = failureOf(whole.end)
  if (atFirst !== undefined) return { crashes: 0, faults: [`without a crash: ${atFirst}`] }
  const faults: string[] = []
  let crashes = 0
  for (const kind of CRASHES) {
    for (let nth = 1; ; nth += 1) {
      const choices = new NthFaultChoices(scenario(), kind, nth)
      // One after the other: each ends the search that it is a step of.
      // oxlint-disable-next-line no-await-in-loop
      const { log, end } = await trace(choices)
      if (!choices.hasStruck) break
      crashes += 1
      const found = resumeEquivalence.judge(compares ? whole.log : log, log)
      const failure = failureOf(end) ?? (found === undefined ? undefined : `R4 ${found.clause}: ${found.sentence}`)
      if (failure !== undefined) faults.push(`${kind} ${nth}: ${failure}`)
    }
  }
  return { crashes, faults }
}
