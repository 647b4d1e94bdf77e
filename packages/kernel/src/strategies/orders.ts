import type { Strategy } from '@bosun/core'

/** First ready, first assigned. */
export const fifo: Strategy['order'] = { name: 'fifo', key: () => 0 }

/** Higher `priority` first; equal ones first ready, first assigned. */
export const priority: Strategy['order'] = { name: 'priority', key: (task) => -(task.spec.priority ?? 0) }

/**
 * Longest remaining path first: the task that most others wait behind. Paths are counted in tasks.
 *
 * Source: the highest-level-first list scheduling of T. C. Hu (1961).
 */
export const criticalPath: Strategy['order'] = {
  name: 'critical-path',
  key: (task) => -task.remaining,
  changesWithPatches: true,
}
