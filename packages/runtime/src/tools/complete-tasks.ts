import { BosunError, errorRecord, type ErrorRecord, type Task, type WorkerEntry } from '@bosun/core'
import { pathsUsedBy } from './grant-source.ts'
import type { PreparedTask } from './task-door.ts'
import { compileUses } from './tool-rules.ts'

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
  const error = answers.find((answer) => answer.error !== undefined)?.error ?? faultOfUses(tasks)
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

/** A pattern that cannot be read would end every attempt of its task; it is told before there is one. */
function faultOfUses(tasks: readonly Task[]): ErrorRecord | undefined {
  for (const task of tasks) {
    const uses = pathsUsedBy(task)
    try {
      if (uses !== undefined) compileUses(uses)
    } catch (error) {
      const at = `${task.id}: uses`
      const received = error instanceof Error ? error.message : String(error)
      return errorRecord(new BosunError('RULE_MALFORMED', { at, received, cause: error }))
    }
  }
  return undefined
}
