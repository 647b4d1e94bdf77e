/**
 * The arrows of the graph, from each task to those that depend on it, by index. They lie chained in
 * flat arrays: a task with many dependants costs no list of its own, and walking touches no task.
 *
 * @example
 * for (let arrow = arrows.first(from); arrow >= 0; arrow = arrows.next(arrow)) visit(arrows.target(arrow))
 */
export class Arrows {
  /** By task: its first and its last arrow; -1 for none. */
  private readonly firsts: number[] = []
  private readonly lasts: number[] = []
  /** By arrow: where it leads, and the next one of the same task; -1 after the last. */
  private readonly targets: number[] = []
  private readonly nexts: number[] = []

  /** Makes room for the task with the next index. */
  addTask(): void {
    this.firsts.push(-1)
    this.lasts.push(-1)
  }

  /** Adds an arrow unless it is there already; all arrows to a task are added before those to the next. */
  add(from: number, to: number): boolean {
    const last = this.lasts[from] as number
    if (last >= 0 && this.targets[last] === to) return false
    const arrow = this.targets.length
    this.targets.push(to)
    this.nexts.push(-1)
    if (last < 0) this.firsts[from] = arrow
    else this.nexts[last] = arrow
    this.lasts[from] = arrow
    return true
  }

  first(from: number): number {
    return this.firsts[from] as number
  }

  next(arrow: number): number {
    return this.nexts[arrow] as number
  }

  target(arrow: number): number {
    return this.targets[arrow] as number
  }
}
