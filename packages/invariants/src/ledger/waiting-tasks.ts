import type { Limits, Task, Usage, WorkerEntry } from '@bosun/core'
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
    const free = lane.size === 0 ? NOBODY : lane.workers.filter(canTake)
    if (free.length === 0) continue
    let left = LOOKED_AT_MAX
    for (let task = lane.first; task !== undefined && left > 0; task = task.nextReady) {
      if (free.some((worker) => isUnhindered(task as TaskEntry, worker, ledger, at))) return task
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
      if (task !== assigned && isRival(task, assigned) && isUnhindered(task, record, ledger, at)) return task
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

/** Whether a waiting task has all that it needs besides a slot of this worker. */
export function isUnhindered(
  { spec, notBefore }: TaskEntry,
  { entry }: WorkerRecord,
  ledger: Ledger,
  at: number,
): boolean {
  if (notBefore > at) return false
  for (const { resource, mode } of spec.uses ?? []) {
    const held = ledger.resources.get(resource)
    if (held !== undefined && (held.writers > 0 || (mode === 'write' && held.readers > 0))) return false
  }
  for (const label of spec.excludes ?? []) if (ledger.labels.has(label)) return false
  for (const { spec: bounds, leases } of ledger.groupsOf(spec)) {
    if (bounds.slotsMax !== undefined && leases >= bounds.slotsMax) return false
  }
  const { limits } = ledger
  return limits === undefined || isCovered(spec, entry, limits, ledger)
}

// ---------------------------------------------------------------------------------------------

const NOBODY: readonly WorkerRecord[] = []

function canTake({ entry, free, leases }: WorkerRecord): boolean {
  return free > 0 && (entry.slotsMax === undefined || leases < entry.slotsMax)
}

/** Whether the budget covers what the attempt is to reserve. A log from before there were defaults has none. */
function isCovered(
  { limits: stated }: Task,
  { model }: WorkerEntry,
  limits: Partial<Limits> & Pick<Limits, 'tokensMax' | 'costMicrosMax'>,
  { spent, reserved }: { readonly spent: Usage; readonly reserved: Usage },
): boolean {
  const { tokensMax, costMicrosMax, attemptTokensMax = 0, attemptCostMicrosMax = 0 } = limits
  const asksModel = model !== undefined
  return (
    isPartCovered(stated?.tokensMax, asksModel ? attemptTokensMax : 0, tokensMax - spent.tokens, reserved.tokens) &&
    isPartCovered(
      stated?.costMicrosMax,
      asksModel ? Math.min(attemptCostMicrosMax, costMicrosMax) : 0,
      costMicrosMax - spent.costMicros,
      reserved.costMicros,
    )
  )
}

/** Nothing always fits, even when calls have overrun the budget; a default is content with the rest once all have settled. */
function isPartCovered(stated: number | undefined, byDefault: number, unspent: number, reserved: number): boolean {
  const wanted = stated ?? byDefault
  if (wanted === 0 || wanted <= unspent - reserved) return true
  return stated === undefined && reserved === 0 && unspent > 0
}
