import { isOutcome, predecessorId, successorId, type DurableFact, type RunView, type TaskView } from '@bosun/core'
import type { CommandAnswer } from './engine.ts'
import { printable } from './render/printable.ts'

/** What a retry has led to, in words. */
export function retriedLine(run: string, { facts }: CommandAnswer): string {
  const isReopened = facts.some(({ type }) => type === 'run.reopened')
  const what = successorsIn(facts)
    .map(([id, as]) => `${printable(id)} as ${printable(as)}`)
    .join(', ')
  return `run ${printable(run)} ${isReopened ? 'is reopened and ' : ''}tries again: ${what}`
}

/** Each task that facts give a successor, and that. */
export function successorsIn(facts: readonly DurableFact[]): readonly (readonly [id: string, successor: string])[] {
  return facts.flatMap((fact) => {
    const id = fact.type === 'task.added' ? predecessorId(fact.task.id) : undefined
    return fact.type === 'task.added' && id !== undefined ? [[id, fact.task.id] as const] : []
  })
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

/** The task of this name, or whichever stands in for it now. */
export function latestOf(view: RunView, id: string): TaskView | undefined {
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
