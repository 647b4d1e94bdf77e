import type { Choice, ChoiceList } from '../choices/choices.ts'
import { EnumeratedChoices } from '../choices/enumerated-choices.ts'
import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { Setting } from '../subject/setting.ts'
import type { Source } from './source.ts'

const TASKS_MAX = 3
const SLOTS = 2
const EVENTS_MAX = 12
/**
 * What is enumerated, one level after the other: how many faults strike, and how often what arrives in
 * the same ms is taken in another order than first in, first out.
 *
 * Source of the second bound: M. Emmi et al., Delay-Bounded Scheduling, POPL 2011.
 */
const LEVELS = [
  { faults: 0, overtakings: Infinity, name: 'no fault, every order of arrival' },
  { faults: 1, overtakings: 2, name: 'up to 1 fault, up to 2 overtakings' },
  { faults: 2, overtakings: 1, name: 'up to 2 faults, up to 1 overtaking' },
] as const
/** These make more tasks, and so another graph. */
const LEFT_OUT: ReadonlySet<FaultKind> = new Set(['spawn-storm', 'spawn-nonsense'])

/** Which part of the enumeration is done here, when several threads share it. */
export interface Shard {
  /** From 0. */
  readonly index: number
  readonly count: number
}

/**
 * Every schedule of a tiny world: each graph of up to 3 tasks on 2 slots, each fault of the scope
 * wherever it can strike, and each order of arrival, in the first 12 events. Faults come in their
 * plainest size.
 */
export function enumeration(setting: Setting, shard: Shard = { index: 0, count: 1 }): Source {
  const scenarios = tinyScenarios(setting).filter((_, index) => ownerOf(index, shard.count) === shard.index)
  const faults = setting.scope.faults.filter((kind) => !LEFT_OUT.has(kind))
  const units = LEVELS.flatMap((level) => scenarios.map((base) => ({ level, base })))
  const counts = LEVELS.map(() => 0)
  let unit = -1
  let choices: EnumeratedChoices | undefined

  /** Goes on within the scenario and level at hand, or else begins the next. */
  function advance(): boolean {
    while (choices?.next() !== true) {
      unit += 1
      const at = units[unit]
      if (at === undefined) return false
      choices = new EnumeratedChoices({
        base: at.base,
        varied: { 'order.next': Infinity },
        deviationsMax: at.level.overtakings,
        eventsMax: EVENTS_MAX,
        faultsMax: Math.min(at.level.faults, setting.scope.faultsMax),
        faults,
      })
    }
    return true
  }

  return {
    name: 'enumeration',
    next: () => {
      if (!advance()) return undefined
      const level = Math.floor(unit / scenarios.length)
      counts[level] = (counts[level] as number) + 1
      const drawn = choices as EnumeratedChoices
      return () => drawn.again()
    },
    figures: () => ({
      kind: 'enumeration',
      what: `graphs of up to ${TASKS_MAX} tasks on ${SLOTS} slots, the first ${EVENTS_MAX} events`,
      levels: LEVELS.map(({ name }, level) => ({
        name,
        schedules: counts[level] as number,
        complete: Math.min(scenarios.length, Math.max(0, unit - level * scenarios.length)),
        scenarios: scenarios.length,
      })),
    }),
  }
}

/** The scenarios, those with the most schedules first; a subject that makes its own graph has one. */
function tinyScenarios({ scope, manager, planner }: Setting): readonly ChoiceList[] {
  const slots = nonZero('workers.slots', [0, 0, 0], scope.slotsMax, Math.min(SLOTS, scope.slotsMax) - 1)
  if (manager !== undefined || planner !== undefined) return [slots]
  const sizes = [3, 2, 1].filter((size) => size <= Math.min(TASKS_MAX, scope.tasksMax))
  return sizes.flatMap((size) =>
    subsets(arrowsOf(size)).map((arrows) => [
      ...nonZero('graph.size', [0, 0, 0], scope.tasksMax, size - 1),
      ...slots,
      ...arrows.flatMap(([task, other]) => nonZero('graph.edge', [task, 0, other], 2, 1)),
    ]),
  )
}

/** Whose scenario it is: back and forth among the threads, as the ones that come first take longest. */
function ownerOf(index: number, count: number): number {
  const place = index % count
  return Math.floor(index / count) % 2 === 0 ? place : count - 1 - place
}

/** All dependencies that so many tasks can have on earlier ones. */
function arrowsOf(size: number): readonly (readonly [task: number, other: number])[] {
  return [...Array(size).keys()].flatMap((task) => [...Array(task).keys()].map((other) => [task, other] as const))
}

/** All subsets, the smaller ones first. */
function subsets<T>(list: readonly T[]): readonly (readonly T[])[] {
  const all = [...Array(2 ** list.length).keys()].map((bits) => list.filter((_, index) => (bits >> index) & 1))
  return all.toSorted((one, other) => one.length - other.length)
}

function nonZero(label: string, site: Choice['site'], bound: number, value: number): ChoiceList {
  return value === 0 ? [] : [{ label, site, bound, value }]
}
