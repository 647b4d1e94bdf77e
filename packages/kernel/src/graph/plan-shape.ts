import type { Task } from '@bosun/core'

/** The shape of a graph before anything runs. */
export interface PlanShape {
  readonly tasks: number
  /** Most tasks that can run at the same time when each is as long as any other. */
  readonly width: number
  /** Tasks on the longest path. */
  readonly depth: number
  /** The longest path, first task first. */
  readonly longestPath: readonly string[]
}

/** Measures a checked graph whose tasks come after their dependencies. */
export function planShape(ordered: readonly Task[]): PlanShape {
  const level = new Map<string, number>()
  const before = new Map<string, string>()
  const widths: number[] = []
  let last: string | undefined
  for (const task of ordered) {
    let longest = 0
    for (const id of task.dependsOn ?? []) {
      const length = level.get(id) ?? 0
      if (length > longest) {
        longest = length
        before.set(task.id, id)
      }
    }
    level.set(task.id, longest + 1)
    widths[longest] = (widths[longest] ?? 0) + 1
    if (last === undefined || longest + 1 > (level.get(last) ?? 0)) last = task.id
  }
  const path: string[] = []
  for (let id = last; id !== undefined; id = before.get(id)) path.unshift(id)
  return { tasks: ordered.length, width: Math.max(0, ...widths), depth: path.length, longestPath: path }
}
