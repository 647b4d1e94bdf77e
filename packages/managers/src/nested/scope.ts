import { BosunError, isTaskId, type Task } from '@bosun/core'

/**
 * The names that a nested manager's tasks, wakes, plans and groups have in the run: its own, with the
 * name of its part before them.
 */
export class Scope {
  readonly name: string
  readonly #prefix: string

  /** @param name one segment of an id */
  constructor(name: string) {
    if (!isTaskId(name) || name.includes('/')) {
      throw new BosunError('PLUGIN_INVALID', {
        at: 'the name of a nested manager',
        expected: 'one segment of an id',
        received: JSON.stringify(name),
        fix: 'Use letters, digits and dashes.',
      })
    }
    this.name = name
    this.#prefix = `${name}/`
  }

  /** Whether a name of the run lies in this scope. */
  holds(name: string): boolean {
    return name.startsWith(this.#prefix)
  }

  /** A name of the nested manager, as the run has it. */
  outward(name: string): string {
    return this.#prefix + name
  }

  /** A name of the run, as the nested manager has it; one from elsewhere stays as it is. */
  inward(name: string): string {
    return this.holds(name) ? name.slice(this.#prefix.length) : name
  }

  /** A task of the nested manager as the run gets it, in a group of its own. */
  taskOutward(task: Task): Task {
    const { id, dependsOn, group } = task
    return {
      ...task,
      id: this.outward(id),
      ...(dependsOn === undefined ? {} : { dependsOn: dependsOn.map((other) => this.outward(other)) }),
      group: group === undefined ? this.name : this.outward(group),
    }
  }

  /** A task of the run as the nested manager wrote it. */
  taskInward(task: Task): Task {
    const { group, ...rest } = task
    const { dependsOn } = task
    return {
      ...rest,
      id: this.inward(task.id),
      ...(dependsOn === undefined ? {} : { dependsOn: dependsOn.map((other) => this.inward(other)) }),
      ...(group === undefined || group === this.name ? {} : { group: this.inward(group) }),
    }
  }
}
