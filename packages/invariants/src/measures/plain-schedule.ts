import type { Ledger, TaskEntry } from '../ledger/ledger.ts'

/**
 * The number of slots when all of them could take any task at any time: what the bounds on list
 * schedules demand. Undefined when resources, budgets, caps, kinds of tasks or disturbances gave the
 * schedule less freedom.
 */
export function uniformSlots(ledger: Ledger): number | undefined {
  const { limits } = ledger
  if (!ledger.undisturbed || limits === undefined || ledger.total === 0) return undefined
  const workers = [...ledger.workers.values()].filter(({ slots }) => slots > 0)
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0)
  if (slots === 0 || limits.startsPerSecondMax < ledger.total) return undefined
  if (workers.some(({ entry, slots: own }) => (entry.slotsMax ?? own) < own)) return undefined
  // Each attempt that may ask a model holds a slice of the budget, which may be what it waits for.
  if (workers.some(({ entry }) => entry.model !== undefined)) return undefined
  if (!ledger.lanes.every((lane) => workers.every((worker) => lane.workers.includes(worker)))) return undefined
  for (const task of ledger.tasks.values()) if (isBound(task)) return undefined
  return Math.min(limits.slotsMax, slots)
}

/** The heaviest chain of tasks that wait for each other. Dependencies stand in the log before what needs them. */
export function heaviestPath(ledger: Ledger, weight: (task: TaskEntry) => number): number {
  const paths = new Map<string, number>()
  let heaviest = 0
  for (const task of ledger.tasks.values()) {
    let before = 0
    for (const id of task.spec.dependsOn ?? []) before = Math.max(before, paths.get(id) ?? 0)
    const path = before + weight(task)
    paths.set(task.id, path)
    heaviest = Math.max(heaviest, path)
  }
  return heaviest
}

// ---------------------------------------------------------------------------------------------

/** Whether a task needs more than a slot. */
function isBound({ spec }: TaskEntry): boolean {
  return (
    (spec.uses ?? []).length > 0 ||
    (spec.excludes ?? []).length > 0 ||
    (spec.limits?.tokensMax ?? 0) > 0 ||
    (spec.limits?.costMicrosMax ?? 0) > 0
  )
}
