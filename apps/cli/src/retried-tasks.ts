import { isOutcome, predecessorId, successorId, type RunView, type TaskView } from '@bosun/core'
import type { CommandAnswer } from './engine.ts'
import { printable } from './render/printable.ts'

/** What a retry has led to, in words. */
export function retriedLine(run: string, { facts }: CommandAnswer): string {
  const added = facts.flatMap((fact) => (fact.type === 'task.added' ? [fact.task.id] : []))
  const isReopened = facts.some(({ type }) => type === 'run.reopened')
  const what = added.map((id) => `${printable(predecessorId(id) ?? id)} as ${printable(id)}`).join(', ')
  return `run ${printable(run)} ${isReopened ? 'is reopened and ' : ''}tries again: ${what}`
}

/** Tasks that failed or were lost, and are not stood in for already. */
export function failedIn(view: RunView): string[] {
  return Array.from(view.tasks())
    .filter(
      ({ spec, status }) => (status === 'failed' || status === 'lost') && view.task(successorId(spec.id)) === undefined,
    )
    .map(({ spec }) => spec.id)
}

/** Why none of the tasks could be tried again. */
export function whyNotRetried(view: RunView, tasks: readonly string[]): string {
  if (tasks.length === 0) return 'no task failed or was lost'
  return tasks.map((id) => `${printable(id)} ${statusOf(latestOf(view, id))}`).join(', ')
}

// ---------------------------------------------------------------------------------------------

function latestOf(view: RunView, id: string): TaskView | undefined {
  let task = view.task(id)
  for (let next = task; next !== undefined; next = view.task(successorId(next.spec.id))) task = next
  return task
}

function statusOf(task: TaskView | undefined): string {
  if (task === undefined) return 'is not there'
  if (task.status === 'succeeded') return 'succeeded'
  if (task.status === 'skipped') return `was skipped behind ${printable(task.because ?? 'another')}; retry that`
  return isOutcome(task.status) ? `is ${task.status}` : 'is still under way'
}
