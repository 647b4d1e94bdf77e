import type { RunConfig, WorkerEntry } from '@bosun/core'
import type { KernelState } from '@bosun/kernel'
import type { Arrival } from './arrival.ts'

/** Gives each worker its slots: as many as it may run at the same time, within what the run may. */
export function slotsOf(config: RunConfig, entries: readonly WorkerEntry[]): Arrival[] {
  const { slotsMax } = config.limits
  return entries.flatMap(({ name, slotsMax: own }) =>
    Array.from({ length: Math.min(own ?? slotsMax, slotsMax) }, (_, index): Arrival => {
      return { type: 'joined', slot: `${name}/${index + 1}`, worker: name }
    }),
  )
}

/**
 * The slots of a run that is taken up again: those that its workers no longer have leave, new ones
 * join. A worker that the run did not start with is none of its business.
 */
export function changedSlots(state: KernelState, entries: readonly WorkerEntry[]): Arrival[] {
  const known = entries.filter(({ name }) => state.workers.has(name))
  const wanted = slotsOf(state.config, known) as Extract<Arrival, { type: 'joined' }>[]
  const names = new Set(wanted.map(({ slot }) => slot))
  const gone = Array.from(state.slots.values()).filter(({ slot, left }) => !left && !names.has(slot))
  return [
    ...gone.map(({ slot }): Arrival => ({ type: 'left', slot, reason: 'The worker is not there any more.' })),
    ...wanted.filter(({ slot }) => state.slots.get(slot)?.left !== false),
  ]
}
