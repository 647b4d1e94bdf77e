import type { Task } from '@bosun/core'
import { listSchedule, type Slots } from './list-schedule.ts'
import type { Spread, TypeHistory } from './run-history.ts'

/** What a plan would take if each task took the same part of what its type has taken. */
export interface Estimate {
  /** From the first start to the last end, list-scheduled on the slots. */
  readonly ms: number
  /** Of all tasks, one after the other. */
  readonly workMs: number
  /** Of the longest path. */
  readonly pathMs: number
  readonly tokens: number
  readonly costMicros: number
}

export interface Forecast {
  /** With each task at the median of its type. */
  readonly typical: Estimate
  /** With each task at the p90 of its type: a bad day, not a bound. */
  readonly cautious: Estimate
  /** Types of the plan without any history. Their tasks count as nothing, so that the rest is a lower bound. */
  readonly unknown: readonly string[]
}

/**
 * What a plan is expected to take, from what tasks of its types took before. `undefined` when nothing is
 * known of any of them.
 *
 * It knows nothing of what tasks discover, of the bounds of groups, of shared resources, of waits before a
 * retry, or of the time of planners and managers.
 *
 * @param ordered tasks after their dependencies
 * @example
 * forecast(tasks, (type) => history.of(type), { slotsMax: 8 })?.typical.ms
 */
export function forecast(
  ordered: readonly Task[],
  historyOf: (type: string) => TypeHistory | undefined,
  slots: Slots,
): Forecast | undefined {
  const types = [...new Set(ordered.map(({ type }) => type))]
  const histories = new Map(types.map((type) => [type, historyOf(type)]))
  const unknown = types.filter((type) => histories.get(type) === undefined)
  if (unknown.length === types.length) return undefined
  const estimate = (part: keyof Spread): Estimate => {
    const of = (kind: 'ms' | 'tokens' | 'costMicros') => (task: Task) => histories.get(task.type)?.[kind][part] ?? 0
    const sum = (value: (task: Task) => number) => ordered.reduce((total, task) => total + value(task), 0)
    return {
      ms: listSchedule(ordered, of('ms'), slots),
      workMs: sum(of('ms')),
      pathMs: longestPathMs(ordered, of('ms')),
      tokens: sum(of('tokens')),
      costMicros: sum(of('costMicros')),
    }
  }
  return { typical: estimate('median'), cautious: estimate('p90'), unknown }
}

// ---------------------------------------------------------------------------------------------

function longestPathMs(ordered: readonly Task[], msOf: (task: Task) => number): number {
  const ends = new Map<string, number>()
  let longest = 0
  for (const task of ordered) {
    let begin = 0
    for (const id of task.dependsOn ?? []) begin = Math.max(begin, ends.get(id) ?? 0)
    const end = begin + msOf(task)
    ends.set(task.id, end)
    longest = Math.max(longest, end)
  }
  return longest
}
