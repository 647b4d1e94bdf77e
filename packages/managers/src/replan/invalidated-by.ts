import { isOutcome, outerGroup, type RunView, type TaskView } from '@bosun/core'

/** What a failure makes void. */
export interface Invalidated {
  /** The smallest group that holds the failed task and all that hangs on it; undefined: the whole run. */
  readonly group: string | undefined
  /** Its tasks that have not started. */
  readonly unstarted: readonly string[]
}

/**
 * The smallest group that a failure invalidates: the innermost around the failed task out of which nothing
 * depends on it, nor on what has not started in that group and will be withdrawn with it.
 */
export function invalidatedBy(task: string, view: RunView): Invalidated {
  const tasks = [...view.tasks()]
  const dependants = Map.groupBy(
    tasks.flatMap(({ spec }) => (spec.dependsOn ?? []).map((on) => ({ on, id: spec.id }))),
    ({ on }) => on,
  )
  for (let group = view.task(task)?.spec.group; ; group = group === undefined ? undefined : outerGroup(group)) {
    const within = tasks.filter(({ spec }) => isWithin(spec.group, group))
    const unstarted = within.filter(isUnstarted).map(({ spec }) => spec.id)
    if (group === undefined) return { group, unstarted }
    const ids = new Set(within.map(({ spec }) => spec.id))
    if (hangingOn([task, ...unstarted], dependants).every((id) => ids.has(id))) return { group, unstarted }
  }
}

/** Whether a group lies in another one, or is it; every group lies in the run, which is `undefined`. */
export function isWithin(group: string | undefined, around: string | undefined): boolean {
  return around === undefined || group === around || group?.startsWith(`${around}/`) === true
}

// ---------------------------------------------------------------------------------------------

function isUnstarted({ status, epoch }: TaskView): boolean {
  return epoch === 0 && !isOutcome(status) && status !== 'placed'
}

function hangingOn(
  roots: readonly string[],
  dependants: ReadonlyMap<string, readonly { readonly id: string }[]>,
): readonly string[] {
  const found = new Set<string>()
  const pending = [...roots]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const { id } of dependants.get(next) ?? []) {
      if (found.has(id)) continue
      found.add(id)
      pending.push(id)
    }
  }
  return [...found]
}
