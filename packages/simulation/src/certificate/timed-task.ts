/** A task of which only the place in the graph and the time it takes matter. */
export interface TimedTask {
  readonly id: string
  readonly durationMs: number
  /** Tasks that come earlier in the list. */
  readonly dependsOn: readonly string[]
  readonly key?: string
  readonly priority?: number
}

/** The work and the longest path of a graph: what no schedule can be shorter than. */
export interface WorkAndPath {
  /** T1: the sum of all times. */
  readonly workMs: number
  /** T∞: the longest path by time. */
  readonly pathMs: number
}

export function workAndPath(tasks: readonly TimedTask[]): WorkAndPath {
  const workMs = tasks.reduce((sum, { durationMs }) => sum + durationMs, 0)
  return { workMs, pathMs: longestPath(tasks, ({ durationMs }) => durationMs) }
}

/** The heaviest path of a graph whose tasks weigh something. */
export function longestPath(tasks: readonly TimedTask[], weigh: (task: TimedTask) => number): number {
  const ends = new Map<string, number>()
  for (const task of tasks) {
    ends.set(task.id, weigh(task) + Math.max(0, ...task.dependsOn.map((id) => ends.get(id) ?? 0)))
  }
  return Math.max(0, ...ends.values())
}
