import { BosunError, type RunView } from '@bosun/core'
import { closestOf } from './closest.ts'

/** Task ids as a person may mistype them. @throws TASK_UNKNOWN */
export function assertTasks(view: RunView, ids: readonly string[]): void {
  for (const id of ids) {
    if (view.task(id) !== undefined) continue
    const meant = closestOf(
      id,
      Array.from(view.tasks(), ({ spec }) => spec.id),
    )
    throw new BosunError('TASK_UNKNOWN', { at: id, ...(meant === undefined ? {} : { fix: `Did you mean ${meant}?` }) })
  }
}
