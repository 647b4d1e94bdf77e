import type { Limits, Usage } from '@bosun/core'
import type { Ledger, TaskEntry, WorkerRecord } from './ledger.ts'

/**
 * Tasks of one lane that are looked at. Nearly always the first one decides; a long row of tasks that
 * all wait for one resource is not walked on every fact.
 */
const LOOKED_AT_MAX = 100

/**
 * A task that nothing keeps from running, though it does not run: a slot of an able worker is free,
 * and caps, start rate, budget, resources and backoff allow it. Found from the facts alone.
 */
export function idleTask(ledger: Ledger, at: number): TaskEntry | undefined {
  const { limits } = ledger
  if (ledger.ready === 0 || ledger.free === 0 || limits === undefined) return undefined
  if (ledger.pausedSeq > 0 || ledger.endedSeq > 0 || ledger.leases >= limits.slotsMax) return undefined
  if (ledger.startsWithin(at) >= limits.startsPerSecondMax) return undefined
  for (const lane of ledger.lanes) {
    if (lane.size === 0 || !lane.workers.some(canTake)) continue
    let left = LOOKED_AT_MAX
    for (let task = lane.first; task !== undefined && left > 0; task = task.nextReady) {
      if (isUnhindered(task, ledger, at)) return task
      left -= 1
    }
  }
  return undefined
}

/**
 * The first task that could have had a slot of this worker in place of the one that got it, and that
 * `isRival` takes for the better choice. Ask it before the assignment is in the ledger.
 */
export function findRival(
  ledger: Ledger,
  worker: string,
  assigned: TaskEntry,
  at: number,
  isRival: (candidate: TaskEntry, assigned: TaskEntry) => boolean,
): TaskEntry | undefined {
  const record = ledger.workers.get(worker)
  if (record === undefined || ledger.ready < 2) return undefined
  for (const lane of ledger.lanes) {
    if (lane.size === 0 || !lane.workers.includes(record)) continue
    let left = LOOKED_AT_MAX
    for (let task = lane.first; task !== undefined && left > 0; task = task.nextReady) {
      if (task !== assigned && isRival(task, assigned) && isUnhindered(task, ledger, at)) return task
      left -= 1
    }
  }
  return undefined
}

/** A slot that is free for a waiting task, caps of its worker considered. */
export function freeSlotFor(task: TaskEntry, ledger: Ledger): string | undefined {
  for (const { slot, worker, present, task: held } of ledger.slots.values()) {
    const record = ledger.workers.get(worker)
    if (!present || held !== undefined || record === undefined) continue
    if (task.lane?.workers.includes(record) === true && canTake(record)) return slot
  }
  return undefined
}

/** Whether a waiting task has all that it needs besides a slot. */
export function isUnhindered({ spec, notBefore }: TaskEntry, ledger: Ledger, at: number): boolean {
  if (notBefore > at) return false
  for (const { resource, mode } of spec.uses ?? []) {
    const held = ledger.resources.get(resource)
    if (held !== undefined && (held.writers > 0 || (mode === 'write' && held.readers > 0))) return false
  }
  for (const label of spec.excludes ?? []) if (ledger.labels.has(label)) return false
  const asked = spec.limits
  if (asked?.tokensMax === undefined && asked?.costMicrosMax === undefined) return true
  return ledger.limits !== undefined && isCovered(asked, ledger.limits, ledger)
}

// ---------------------------------------------------------------------------------------------

function canTake({ entry, free, leases }: WorkerRecord): boolean {
  return free > 0 && (entry.slotsMax === undefined || leases < entry.slotsMax)
}

/** Nothing always fits, even when calls have overrun the budget. */
function isCovered(
  { tokensMax = 0, costMicrosMax = 0 }: { readonly tokensMax?: number; readonly costMicrosMax?: number },
  limits: Limits,
  { spent, reserved }: { readonly spent: Usage; readonly reserved: Usage },
): boolean {
  return (
    (tokensMax === 0 || spent.tokens + reserved.tokens + tokensMax <= limits.tokensMax) &&
    (costMicrosMax === 0 || spent.costMicros + reserved.costMicros + costMicrosMax <= limits.costMicrosMax)
  )
}
