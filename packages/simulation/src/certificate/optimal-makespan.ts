import type { TimedTask } from './timed-task.ts'

/**
 * The shortest time in which so many equal slots can do all tasks, found by branch and bound: exact,
 * and meant for graphs of a handful of tasks, since the problem is NP-hard.
 *
 * Tasks are placed in the order of their starts, each as early as its dependencies and a slot allow.
 * The order of starts of a best schedule is among those that are tried, and placed so no task starts
 * later than in that schedule.
 *
 * @example
 * optimalMakespan(
 *   [
 *     { id: 'a', durationMs: 3, dependsOn: [] },
 *     { id: 'b', durationMs: 2, dependsOn: [] },
 *     { id: 'c', durationMs: 2, dependsOn: [] },
 *   ],
 *   2,
 * ) // 4
 */
export function optimalMakespan(tasks: readonly TimedTask[], slots: number): number {
  const indexOf = new Map(tasks.map(({ id }, index) => [id, index]))
  const needs = tasks.map(({ dependsOn }) => dependsOn.map((id) => indexOf.get(id) as number))
  const durations = tasks.map(({ durationMs }) => durationMs)
  const tails = tailsOf(needs, durations)
  const ends: (number | undefined)[] = tasks.map(() => undefined)
  const free = Array.from({ length: slots }, () => 0)
  let best = Infinity

  place(tasks.length, 0)
  return tasks.length === 0 ? 0 : best

  /** Places each task that may come next; `latest` is the end of what is placed. */
  function place(left: number, latest: number): void {
    if (left === 0) {
      best = Math.min(best, latest)
      return
    }
    if (Math.max(latest, lowerBound()) >= best) return
    for (let task = 0; task < durations.length; task += 1) {
      const start = ends[task] === undefined ? earliestStart(task) : undefined
      if (start === undefined) continue
      const slot = free.indexOf(Math.min(...free))
      const before = free[slot] as number
      const end = start + (durations[task] as number)
      free[slot] = end
      ends[task] = end
      place(left - 1, Math.max(latest, end))
      free[slot] = before
      ends[task] = undefined
    }
  }

  function earliestStart(task: number): number | undefined {
    let start = Math.min(...free)
    for (const need of needs[task] as readonly number[]) {
      const end = ends[need]
      if (end === undefined) return undefined
      start = Math.max(start, end)
    }
    return start
  }

  /** No schedule from here on is shorter: by the work that is left, and by the longest path that is left. */
  function lowerBound(): number {
    const soonest = Math.min(...free)
    let work = free.reduce((sum, at) => sum + at, 0)
    let path = 0
    for (let task = 0; task < durations.length; task += 1) {
      if (ends[task] !== undefined) continue
      work += durations[task] as number
      path = Math.max(path, soonest + (tails[task] as number))
    }
    return Math.max(work / slots, path)
  }
}

/** For each task the longest path that starts with it, by time. */
function tailsOf(needs: readonly (readonly number[])[], durations: readonly number[]): readonly number[] {
  const tails = [...durations]
  for (let task = tails.length - 1; task >= 0; task -= 1) {
    for (const need of needs[task] as readonly number[]) {
      tails[need] = Math.max(tails[need] as number, (durations[need] as number) + (tails[task] as number))
    }
  }
  return tails
}
