import type { FactOf } from '@bosun/core'
import { illegal } from './illegal-fact.ts'
import type { KernelState } from './kernel-state.ts'
import { move, takeFromPlace } from './task-moves.ts'

/*
 * What facts do to a task whose twin is faster than itself. Both are tasks; the task has no attempt while it has
 * yielded, and gets its result from the twin.
 */

/** The task waits for what comes of its twin. */
export function yieldTask(state: KernelState, fact: FactOf<'task.yielded'>): void {
  const task = move(state, fact)
  takeFromPlace(state, task)
  task.yielded = fact.outcome ?? 'retried'
}

/** The result of the twin becomes that of the task. */
export function handResult(state: KernelState, fact: FactOf<'result.handed'>): void {
  const task = move(state, fact)
  const twin = state.tasks[task.twin]
  if (twin?.status !== 'succeeded') return illegal(fact, 'a twin that has succeeded', `"${fact.twin}"`)
  takeFromPlace(state, task)
  task.yielded = undefined
  task.result = twin.result
  task.outputs = twin.outputs
  task.acceptedEpoch = fact.epoch
  task.error = undefined
}
