import { seededRandom } from '@bosun/kernel'
import type { Strategy } from '@bosun/core'
import { accountOf, type Account } from './account.ts'
import type { FaultLine, MakespanLine, RegretLine } from './certificate.ts'
import { distributionOf } from './distribution.ts'
import { drawGraph, drawSmallGraph, GRAPH_SHAPES } from './graph-shapes.ts'
import { optimalMakespan } from './optimal-makespan.ts'
import { runGraph, type GraphRun, type Misfortune } from './run-graph.ts'
import type { TimedTask } from './timed-task.ts'

/** Which graphs are drawn: so many per line, from the first seed on. */
export interface Seeds {
  readonly first: number
  readonly count: number
}

/** Largest graphs whose optimum is computed. */
export const SMALL_TASKS_MAX = 6
/** Small graphs per line for each seed: they are quickly done, and their ratios spread far. */
const SMALL_PER_SEED = 10
const SMALL_SLOTS = [2, 3] as const
/** How often an attempt goes wrong in the runs with faults, and how often one task at most. */
const MISFORTUNE_CHANCE = 0.12
const MISFORTUNES_MAX = 4
/** Times are whole ms, bounds are not. */
const ROUNDING_MS = 1e-6

/** Fault-free runs of every shape, one line per shape and number of slots. */
export function measureMakespans(
  strategy: Strategy,
  slots: readonly number[],
  seeds: Seeds,
  seen: (run: GraphRun, account: Account) => void,
): readonly MakespanLine[] {
  return GRAPH_SHAPES.flatMap((shape) =>
    slots.map((slotsOf): MakespanLine => {
      const accounts = eachSeed(seeds).map((seed) => {
        const run = runGraph(strategy, drawGraph(shape, seed), { slots: slotsOf })
        const account = accountOf(run)
        seen(run, account)
        return account
      })
      const whole = accounts.filter(({ isWhole }) => isWhole)
      return {
        shape,
        slots: slotsOf,
        ratio: distributionOf(whole.map(({ ratio }) => ratio)),
        withinBound: whole.filter(isWithin).length,
        unfinished: accounts.length - whole.length,
      }
    }),
  )
}

/** Small graphs against the exact optimum. */
export function measureRegrets(strategy: Strategy, seeds: Seeds): readonly RegretLine[] {
  return SMALL_SLOTS.map((slots) => {
    const many = { first: seeds.first, count: seeds.count * SMALL_PER_SEED }
    const ratios = eachSeed(many).flatMap((seed) => {
      const tasks = drawSmallGraph(SMALL_TASKS_MAX, seed)
      const { isWhole, makespanMs } = accountOf(runGraph(strategy, tasks, { slots }))
      return isWhole ? [makespanMs / optimalMakespan(tasks, slots)] : []
    })
    const optimal = ratios.filter((ratio) => ratio === 1).length
    return { slots, ratio: distributionOf(ratios), optimal, unfinished: many.count - ratios.length }
  })
}

/** The same shapes with hosts that die or freeze and workers that throw, one line per number of slots. */
export function measureFaults(strategy: Strategy, slots: readonly number[], seeds: Seeds): readonly FaultLine[] {
  return slots.map((slotsOf) => {
    const accounts = GRAPH_SHAPES.flatMap((shape) =>
      eachSeed(seeds).map((seed) => {
        const tasks = drawGraph(shape, seed)
        return accountOf(runGraph(strategy, tasks, { slots: slotsOf, misfortune: drawnMisfortunes(tasks, seed) }))
      }),
    )
    const whole = accounts.filter(({ isWhole }) => isWhole)
    const mean = (of: (account: Account) => number) =>
      whole.reduce((sum, account) => sum + of(account) / account.greedyMs, 0) / Math.max(1, whole.length)
    return {
      slots: slotsOf,
      waste: distributionOf(whole.map(({ wasteMs, workMs }) => wasteMs / workMs)),
      detectionMs: distributionOf(accounts.flatMap(({ detectionsMs }) => detectionsMs)),
      ratio: distributionOf(whole.map(({ makespanMs, greedyMs }) => makespanMs / greedyMs)),
      parts: {
        work: mean(({ workMs }) => workMs / slotsOf),
        waste: mean(({ wasteMs }) => wasteMs / slotsOf),
        path: mean(({ pathMs }) => (1 - 1 / slotsOf) * pathMs),
        delay: mean(({ delayMs }) => delayMs),
      },
      withinBound: whole.filter(isWithin).length,
      unfinished: accounts.length - whole.length,
    }
  })
}

// ---------------------------------------------------------------------------------------------

function eachSeed({ first, count }: Seeds): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index)
}

function isWithin({ makespanMs, greedyMs }: Account): boolean {
  return makespanMs <= greedyMs + ROUNDING_MS
}

/** The same attempts go wrong under every strategy. */
function drawnMisfortunes(tasks: readonly TimedTask[], seed: number) {
  const indexOf = new Map(tasks.map(({ id }, index) => [id, index]))
  return ({ id, durationMs }: TimedTask, epoch: number): Misfortune | undefined => {
    const random = seededRandom(seed, indexOf.get(id) ?? 0, epoch)
    if (epoch > MISFORTUNES_MAX || random() >= MISFORTUNE_CHANCE) return undefined
    const how = random()
    const afterMs = Math.floor(random() * durationMs)
    if (how < 0.2) return { how: 'late' }
    return how < 0.5 ? { how: 'throws', afterMs } : { how: 'dies', afterMs }
  }
}
