import type { TraceEvent } from '../trace/trace.ts'
import type { Story, StoryEvent } from './story.ts'

/** What led to some events of a story: the part of happens-before that ends in them. */
export interface Slice {
  /** Places of all events that led to them, and of them, in order. */
  readonly all: readonly number[]
  /** How many steps each of them is away. */
  readonly distance: ReadonlyMap<number, number>
  /** The step after each of them, on a shortest way. */
  readonly next: ReadonlyMap<number, number>
}

/**
 * Walks back from some events through their causes.
 *
 * @param besides events that belong to it although no cause leads to them
 */
export function sliceOf(story: Story, from: readonly number[], besides: readonly StoryEvent[] = []): Slice {
  const distance = new Map<number, number>(from.map((index) => [index, 0]))
  const next = new Map<number, number>()
  const queue = [...from]
  for (const { index } of besides) {
    if (distance.has(index)) continue
    distance.set(index, 1)
    queue.push(index)
  }
  for (const index of queue) {
    for (const cause of (story.events[index] as StoryEvent).causes) {
      if (distance.has(cause.index)) continue
      distance.set(cause.index, (distance.get(index) ?? 0) + 1)
      next.set(cause.index, index)
      queue.push(cause.index)
    }
  }
  return { all: queue.sort((one, other) => one - other), distance, next }
}

/** What a reader takes for granted. */
const FAMILIAR = new Set<TraceEvent['type']>([
  'run.started',
  'host.started',
  'worker.joined',
  'plan.received',
  'plan.accepted',
  'task.added',
  'task.placed',
  'message.delivered',
  'attempt.started',
  'budget.reserved',
  'budget.settled',
  'world.durable',
  'world.acknowledged',
  'world.sent',
  'world.spent',
])

/**
 * The events of a slice that are worth telling, at most `max`: what it ends in, faults, and then what
 * is nearest. Events that a reader takes for granted are told only if the slice ends in them.
 */
export function tellable(story: Story, slice: Slice, blamed: readonly number[], max: number): readonly number[] {
  const rank = (index: number) => {
    if (blamed.includes(index)) return -2
    return story.events[index]?.kind === 'fault' ? -1 : (slice.distance.get(index) ?? 0)
  }
  return slice.all
    .filter((index) => blamed.includes(index) || !isFamiliar((story.events[index] as StoryEvent).event))
    .sort((one, other) => rank(one) - rank(other) || other - one)
    .slice(0, max)
    .sort((one, other) => one - other)
}

// ---------------------------------------------------------------------------------------------

function isFamiliar(event: TraceEvent): boolean {
  if (event.type === 'manager.decided')
    return event.decisions.every(({ type }) => type === 'delegate' || type === 'plan')
  if (event.type === 'world.delivered') return event.report === 'started' || event.report === 'beat'
  return FAMILIAR.has(event.type)
}
