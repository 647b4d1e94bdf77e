import type { KernelState } from '@bosun/kernel'

/** What is left out of every comparison of states: the pulse, the signals, and what an index keeps. */
const NOT_COMPARED = new Set([
  'pulseAt',
  'pulseCause',
  'lastBeat',
  'lastProgress',
  'remaining',
  'readied',
  'doomed',
  'lateDoomed',
  'freed',
  'placings',
  'pairsDue',
  'released',
  'groupsDue',
  'waivable',
  'inner',
  'inboxHead',
  'startsHead',
])

/** All that a state holds as text, so that two states are equal when their images are. */
export function stateImage(state: KernelState): string {
  const { inbox, inboxHead, starts, startsHead } = state
  const open = { ...state, inbox: inbox.slice(inboxHead), starts: starts.slice(startsHead) }
  return JSON.stringify(open, (key, value: unknown) => {
    if (NOT_COMPARED.has(key)) return undefined
    if (value instanceof Map) return Array.from(value as Map<unknown, unknown>)
    if (value instanceof Set) return Array.from(value as Set<unknown>)
    // A slot names its worker and a worker its slots; one direction is enough.
    if (key === 'worker' && typeof value === 'object') return (value as { entry: { name: string } }).entry.name
    // Likewise a task its group, and a group the one around it; that one lists it, too.
    if ((key === 'group' || key === 'outer') && typeof value === 'object') return (value as { name: string }).name
    return value
  })
}
