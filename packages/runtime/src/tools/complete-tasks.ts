import type { ErrorRecord, Task, WorkerEntry } from '@bosun/core'
import type { PreparedTask } from './task-door.ts'

/**
 * Tasks with what their workers know of them: the outputs they will write and, where a task states
 * none, the purpose that the worker's summary gives it. Or the first reason why one cannot be taken.
 *
 * @param answers of the door, one per task, in their order
 */
export function completeTasks(
  tasks: readonly Task[],
  answers: readonly PreparedTask[],
  workers: readonly WorkerEntry[],
): { readonly tasks: readonly Task[] } | { readonly error: ErrorRecord } {
  const error = answers.find((answer) => answer.error !== undefined)?.error
  if (error !== undefined) return { error }
  const summaries = new Map<string, string>()
  for (const { handles, summary } of workers)
    if (summary !== '' && !summaries.has(handles)) summaries.set(handles, summary)
  return {
    tasks: tasks.map((task, index) => {
      const outputs = answers[index]?.outputs
      const purpose = task.purpose ?? summaries.get(task.type)
      const known = purpose === task.purpose || purpose === undefined ? task : { ...task, purpose }
      return outputs === undefined || outputs.length === 0 ? known : { ...known, outputs: [...outputs] }
    }),
  }
}
