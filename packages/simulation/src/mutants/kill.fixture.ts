import { RandomChoices } from '../choices/random-choices.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import { FAULT_KINDS } from '../faults/fault-catalogue.ts'
import { explain } from '../explain/explanation.ts'
import { tellable } from '../explain/slice.ts'
import { shrink } from '../shrink/shrink.ts'
import type { ScheduleEnd } from '../trace/trace.ts'
import type { Simulator } from '../world/simulator.ts'
import { judgedTwice } from './judged-twice.fixture.ts'
import { loadMutant } from './mutant-modules.fixture.ts'
import type { Mutant } from './mutant.fixture.ts'
import { stageOf } from './stages.fixture.ts'

/** Schedules after which a mutant counts as having survived. */
export const SCHEDULES_MAX = 50_000
/** Schedules that are run in any case, to see who else finds the defect. */
const SCHEDULES_MIN = 300

/** What became of one mutant. */
export interface Kill {
  readonly mutant: string
  /** `S3 stale`; absent when it survived. */
  readonly by?: string
  /** Schedules until then. */
  readonly schedules: number
  /** Every invariant that was the first to be broken in one of the schedules. */
  readonly invariants: readonly string[]
  /** Schedules that ended in a crash of the mutant, which count for nothing. */
  readonly crashes: number
  readonly crash?: string
  /** Facts of the smallest schedule that shows it. */
  readonly facts?: number
  /** Events of it that a reader is told of: what led to the violation, without what goes without saying. */
  readonly told?: number
  readonly sentence?: string
  /** Choices other than 0 that it takes. */
  readonly choices?: number
  readonly searchMs: number
  readonly shrinkMs: number
}

/**
 * Looks for a schedule that breaks an invariant on a mutant, and shrinks it.
 *
 * @param schedulesMax schedules to try. Default 50,000
 */
export async function kill(mutant: Mutant, schedulesMax = SCHEDULES_MAX): Promise<Kill> {
  const modules = await loadMutant(mutant)
  const once = modules.createSimulator(stageOf(mutant.stage ?? 'graph', modules))
  const simulator = mutant.killers.includes('D1') ? judgedTwice(once) : once
  const begun = performance.now()
  const search = hunt(simulator, schedulesMax)
  const searchMs = performance.now() - begun
  const found = { mutant: mutant.name, ...search.counts, invariants: [...search.invariants].sort(), searchMs }
  if (search.seed === undefined || search.by === undefined) return { ...found, shrinkMs: 0 }
  const { choices } = simulator.trace(new RandomChoices().seeded(search.seed))
  const shrunk = shrink(simulator, choices, { faults: FAULT_KINDS })
  const trace = simulator.trace(new ReplayedChoices(shrunk.choices))
  const { story, slice, blamed } = explain(trace, { repro: '', module: '' })
  return {
    ...found,
    by: search.by,
    facts: trace.end.facts,
    told: tellable(story, slice, blamed, Infinity).length,
    sentence: trace.end.violation?.sentence ?? '',
    choices: shrunk.choices.length,
    shrinkMs: performance.now() - begun - searchMs,
  }
}

interface Hunt {
  readonly seed: number | undefined
  readonly by: string | undefined
  readonly counts: { readonly schedules: number; readonly crashes: number; readonly crash?: string }
  readonly invariants: ReadonlySet<string>
}

function hunt(simulator: Simulator, schedulesMax: number): Hunt {
  const choices = new RandomChoices()
  const invariants = new Set<string>()
  let first: { seed: number; by: string } | undefined
  let crashes = 0
  let crash: string | undefined
  let seed = 0
  for (; seed < schedulesMax && (first === undefined || seed < SCHEDULES_MIN); seed += 1) {
    const end = simulator.run(choices.seeded(seed))
    if (end.fault !== undefined) {
      crashes += 1
      crash ??= end.fault.message
    }
    const by = brokenBy(end)
    if (by === undefined) continue
    invariants.add(by.split(' ')[0] as string)
    first ??= { seed, by }
  }
  const schedules = first === undefined ? seed : first.seed + 1
  const counts = crash === undefined ? { schedules, crashes } : { schedules, crashes, crash }
  return { seed: first?.seed, by: first?.by, counts, invariants }
}

function brokenBy({ violation }: ScheduleEnd): string | undefined {
  return violation === undefined ? undefined : `${violation.invariant} ${violation.clause}`
}
