import type { Decision, Group, Task } from '@bosun/core'
import { openGroup } from '../decisions/decisions.ts'
import type { FailurePolicy } from './gathered.ts'

/** What a variant may be told about its tasks as a whole. */
export interface GroupingOptions {
  /**
   * Attempts of its tasks that run at the same time.
   * @defaultValue as many as the run allows
   */
  readonly concurrency?: number
  /**
   * What follows when tasks do not succeed. The run's own policy applies in any case.
   * @defaultValue `best-effort`
   */
  readonly failure?: FailurePolicy
}

/** The group of a variant's tasks, where there is something to say about them as a whole. */
export class Grouping {
  readonly #name: string
  readonly #limits: Omit<Group, 'name'> | undefined
  readonly #retriesMax: number | undefined

  constructor(name: string, { concurrency, failure }: GroupingOptions) {
    const limits = { ...(concurrency === undefined ? {} : { slotsMax: concurrency }), ...policyOf(failure) }
    this.#name = name
    this.#limits = Object.keys(limits).length > 0 ? limits : undefined
    this.#retriesMax = typeof failure === 'object' && 'retriesMax' in failure ? failure.retriesMax : undefined
  }

  /** What has to be decided before the first task is delegated. */
  open(): Decision[] {
    return this.#limits === undefined ? [] : [openGroup(this.#name, this.#limits)]
  }

  /** The levels of a plan, inside of the group of the variant if there is one. */
  openPlanned(groups: readonly Group[] = []): Decision[] {
    return groups.map(({ name, ...spec }) => openGroup(this.#inner(name), spec))
  }

  /** The tasks as they are delegated. */
  put(tasks: readonly Task[]): readonly Task[] {
    const tried = this.retried(tasks)
    if (this.#limits === undefined) return tried
    return tried.map((task) => ({
      ...task,
      group: task.group === undefined ? this.#name : this.#inner(task.group),
    }))
  }

  /** The tasks with the retries that the policy gives to those that state none. */
  retried(tasks: readonly Task[]): readonly Task[] {
    const retriesMax = this.#retriesMax
    return retriesMax === undefined ? tasks : tasks.map((task) => ({ ...task, limits: { retriesMax, ...task.limits } }))
  }

  #inner(name: string): string {
    return this.#limits === undefined ? name : `${this.#name}/${name}`
  }
}

/** The part of a policy that the kernel carries out; failing fast is for the variant itself. */
function policyOf(failure: FailurePolicy | undefined): Omit<Group, 'name'> {
  if (failure === 'any') return { quorum: 1 }
  if (typeof failure !== 'object' || 'retriesMax' in failure) return {}
  return failure
}
