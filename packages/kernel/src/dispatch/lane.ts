import type { GroupRecord } from '../state/group-record.ts'
import type { KernelState, WorkerRecord } from '../state/kernel-state.ts'
import type { KeyedHeap } from '../state/keyed-heap.ts'
import type { TaskRecord } from '../state/task-record.ts'

/** Ready tasks that the same workers can do and the same group bounds, in the strategy's order. */
export interface Lane {
  readonly workers: readonly WorkerRecord[]
  readonly group: GroupRecord | undefined
  readonly ready: KeyedHeap
}

/**
 * Whether the first task of a lane needs nothing but a slot. What may have to wait for something else as
 * well would keep its place on a slot from those that can use it.
 */
export function isFirstPlaceable({ tasks }: KernelState, { workers, group, ready }: Lane): boolean {
  if (group !== undefined || workers.some(({ entry }) => entry.model !== undefined)) return false
  const { uses, excludes, limits } = (tasks[ready.top] as TaskRecord).spec
  if (uses !== undefined || excludes !== undefined) return false
  return limits?.tokensMax === undefined && limits?.costMicrosMax === undefined
}
