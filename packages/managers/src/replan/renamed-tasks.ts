import { isOutcome, type RunView, type Task } from '@bosun/core'

/**
 * The tasks of a new plan under names that the run can take: one that has ended without success already gets
 * another name (`page:2`), and so does what depends on it. What has succeeded, or is under way, stays what it
 * is and is not done again.
 */
export function renamedTasks(tasks: readonly Task[], round: number, view: RunView): readonly Task[] {
  const dependants = Map.groupBy(
    tasks.flatMap(({ id, dependsOn = [] }) => dependsOn.map((on) => ({ on, id }))),
    ({ on }) => on,
  )
  const names = new Map<string, string>()
  const pending = tasks.map(({ id }) => id).filter((id) => hasEndedInVain(id, view))
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (names.has(id)) continue
    names.set(id, view.task(id) === undefined ? id : freeName(id, round, view))
    pending.push(...(dependants.get(id) ?? []).map((dependant) => dependant.id))
  }
  const nameOf = (id: string) => names.get(id) ?? id
  return tasks.map((task) => ({
    ...task,
    id: nameOf(task.id),
    ...(task.dependsOn === undefined ? {} : { dependsOn: task.dependsOn.map(nameOf) }),
  }))
}

// ---------------------------------------------------------------------------------------------

function hasEndedInVain(id: string, view: RunView): boolean {
  const task = view.task(id)
  return task !== undefined && isOutcome(task.status) && task.status !== 'succeeded'
}

function freeName(id: string, round: number, view: RunView): string {
  let name = `${id}:${round}`
  for (let next = round + 1; view.task(name) !== undefined; next += 1) name = `${id}:${next}`
  return name
}
