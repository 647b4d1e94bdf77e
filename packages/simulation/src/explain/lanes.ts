import type { Fact } from '@bosun/core'
import type { WorldEvent } from '@bosun/invariants'
import type { TraceEvent } from '../trace/trace.ts'

/** The lane of the manager, and of whatever happens to no slot. */
export const MANAGER_LANE = 0

/** One attempt on its lane. All bounds are places in the list of events. */
export interface AttemptSpan {
  readonly lane: number
  readonly task: string
  readonly epoch: number
  /** While the manager's log says that it holds the lease; `leaseTo` is absent while it does. */
  readonly leaseFrom: number
  readonly leaseTo?: number
  /** While its code really ran; only a simulated world knows. */
  readonly workFrom?: number
  readonly workTo?: number
  /** How the lease ended. */
  readonly how?: 'succeeded' | 'failed' | 'lost' | 'revoked'
}

/** Where each event falls: the manager and each slot have a lane. */
export interface Lanes {
  /** The manager, then the slots in the order in which they appear. */
  readonly actors: readonly string[]
  /** The lane of each event. */
  readonly laneOf: readonly number[]
  readonly spans: readonly AttemptSpan[]
}

/** Sorts the events of a trace into lanes. */
export function layLanes(events: readonly TraceEvent[]): Lanes {
  const actors = ['manager']
  const lanes = new Map<string, number>([['manager', MANAGER_LANE]])
  const spans: Writable<AttemptSpan>[] = []
  const open = new Map<string, Writable<AttemptSpan>>()
  const newest = new Map<string, Writable<AttemptSpan>>()

  const laneOfSlot = (slot: string): number => {
    const known = lanes.get(slot)
    if (known !== undefined) return known
    lanes.set(slot, actors.length)
    return actors.push(slot) - 1
  }
  const begin = (slot: string, task: string, epoch: number, index: number): Writable<AttemptSpan> => {
    const span = { lane: laneOfSlot(slot), task, epoch, leaseFrom: index }
    spans.push(span)
    open.set(attemptKey(task, epoch), span)
    newest.set(task, span)
    return span
  }
  /** Where a fault strikes: a slot, an attempt, the newest attempt of a task, or else the manager. */
  const laneOf = (on: string): number => lanes.get(on) ?? open.get(on)?.lane ?? newest.get(on)?.lane ?? MANAGER_LANE

  const laneOfEvent = (event: TraceEvent, index: number): number => {
    switch (event.type) {
      case 'worker.joined':
      case 'worker.left':
      case 'task.placed':
        return laneOfSlot(event.slot)
      case 'task.assigned':
        return begin(event.slot, event.task, event.epoch, index).lane
      case 'world.working': {
        const key = attemptKey(event.task, event.epoch)
        const span = open.get(key) ?? begin(event.slot, event.task, event.epoch, index)
        span.workFrom ??= index
        return laneOfSlot(event.slot)
      }
      case 'world.died':
      case 'world.rose':
        return laneOf(event.actor)
      case 'world.fault':
        return laneOf(event.on)
      default: {
        const span = isOfAttempt(event) ? open.get(attemptKey(event.task, event.epoch)) : undefined
        if (span !== undefined) mark(span, event, index)
        return span?.lane ?? MANAGER_LANE
      }
    }
  }
  return { laneOf: events.map(laneOfEvent), actors, spans }
}

/** What an attempt is known by within its run, and in `world.fault`: `task@epoch`. */
export function attemptKey(task: string, epoch: number): string {
  return `${task}@${epoch}`
}

type OfAttempt = Extract<Fact | WorldEvent, { task: string; epoch: number }>

/** Whether an event happens to an attempt, on its slot, and not in the manager. */
export function isOfAttempt(event: TraceEvent): event is OfAttempt {
  const { type } = event
  return type.startsWith('attempt.') || type === 'result.quarantined' || IN_TRANSIT.has(type)
}

// ---------------------------------------------------------------------------------------------

const IN_TRANSIT = new Set<TraceEvent['type']>([
  'world.rested',
  'world.spent',
  'world.delivered',
  'world.network',
  'task.discovered',
  'tool.denied',
  'tool.called',
  'model.called',
])

const ENDS = { 'attempt.succeeded': 'succeeded', 'attempt.failed': 'failed', 'attempt.lost': 'lost' } as const

function mark(span: Writable<AttemptSpan>, { type }: TraceEvent, index: number): void {
  if (type === 'world.rested') span.workTo ??= index
  const how = type === 'attempt.revoked' ? 'revoked' : type in ENDS ? ENDS[type as keyof typeof ENDS] : undefined
  if (how === undefined || span.how !== undefined) return
  span.leaseTo = index
  span.how = how
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
