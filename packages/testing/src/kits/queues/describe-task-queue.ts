import type { TaskQueue } from '@bosun/core'
import { declarePromises } from '../declare-promises.ts'
import { taskQueuePromises } from './task-queue-promises.ts'

/**
 * Declares the tests of a task queue: one for each promise of the contract, each on a queue of its own,
 * which is closed afterwards.
 *
 * @param open makes an empty queue
 * @example
 * describeTaskQueue('InProcessTaskQueue', () => new InProcessTaskQueue())
 */
export function describeTaskQueue(name: string, open: () => Promise<TaskQueue> | TaskQueue): void {
  declarePromises(`${name} keeps the promises of a task queue`, taskQueuePromises, open, (queue) => queue.close())
}
