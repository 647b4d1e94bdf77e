import type { ErrorRecord, Task } from '@bosun/core'
import type { PreparedTask } from './task-door.ts'

/**
 * Tasks with the outputs that their workers will write, or the first reason why one cannot be taken.
 *
 * @param answers of the door, one per task, in their order
 */
export function completeTasks(
  tasks: readonly Task[],
  answers: readonly PreparedTask[],
): { readonly tasks: readonly Task[] } | { readonly error: ErrorRecord } {
  const error = answers.find((answer) => answer.error !== undefined)?.error
  if (error !== undefined) return { error }
  return {
    tasks: tasks.map((task, index) => {
      const outputs = answers[index]?.outputs
      return outputs === undefined || outputs.length === 0 ? task : { ...task, outputs: [...outputs] }
    }),
  }
}
