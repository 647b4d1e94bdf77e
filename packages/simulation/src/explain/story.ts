import { isWorldEvent, type Trace, type TraceEvent } from '../trace/trace.ts'
import { findCauses, type Cause } from './causes.ts'
import { attempt, eventWords } from './event-words.ts'
import { isOfAttempt, layLanes, type AttemptSpan } from './lanes.ts'
import type { Name } from './short-names.ts'

/** One event as a reader sees it. */
export interface StoryEvent {
  /** Its place in the list of all events. */
  readonly index: number
  readonly event: TraceEvent
  /** Simulated ms since the first event. The clock of a skewed actor may run back. */
  readonly at: number
  /** Number of its lane; 0 is the manager's. */
  readonly lane: number
  readonly actor: string
  readonly label: string
  readonly sentence: string
  /** `fault`: injected; `truth`: of the world, not in the log; `fact`: in the log. */
  readonly kind: 'fault' | 'truth' | 'fact'
  /** A fact that was not stored when its manager died: for the next manager it never was. */
  readonly isForgotten: boolean
  readonly causes: readonly Cause[]
}

/** A trace as lanes of events in words, with what led to what. */
export interface Story {
  readonly events: readonly StoryEvent[]
  /** Names of the lanes. */
  readonly actors: readonly string[]
  readonly spans: readonly AttemptSpan[]
}

/** Tells a trace. Two traces told with the same `name` call the same things the same. */
export function tellStory({ events }: Pick<Trace, 'events'>, name: Name): Story {
  const lanes = layLanes(events)
  const actors = lanes.actors.map(name)
  const causes = findCauses(events)
  const forgotten = findForgotten(events)
  const latest = new Map<number, string>()
  const told = events.map((event, index): StoryEvent => {
    const lane = lanes.laneOf[index] ?? 0
    const { label, sentence } = eventWords(event, name)
    const whose = lane > 0 && isOfAttempt(event) ? attempt(event, name) : undefined
    if (event.type === 'task.assigned') latest.set(lane, label)
    return {
      index,
      event,
      at: event.at,
      lane,
      actor: actors[lane] ?? '',
      // What happens to the attempt that a lane shows needs no name; what is late for another one does.
      label: whose === undefined || whose === latest.get(lane) ? label : `${whose} ${label}`,
      sentence,
      kind: event.type === 'world.fault' ? 'fault' : isWorldEvent(event) ? 'truth' : 'fact',
      isForgotten: forgotten.has(index),
      causes: causes[index] ?? [],
    }
  })
  // A lease that was forgotten never was, unless code ran under it all the same.
  const spans = lanes.spans.filter(({ leaseFrom, workFrom }) => !forgotten.has(leaseFrom) || workFrom !== undefined)
  return { events: told, actors, spans }
}

// ---------------------------------------------------------------------------------------------

/** Facts whose number is given again after a death: the store did not have them. */
function findForgotten(events: readonly TraceEvent[]): ReadonlySet<number> {
  const forgotten = new Set<number>()
  let written: { readonly seq: number; readonly index: number }[] = []
  let hasDied = false
  for (const [index, event] of events.entries()) {
    if (event.type === 'world.died') hasDied = true
    if (isWorldEvent(event) || event.seq === 0) continue
    if (hasDied && event.seq <= (written.at(-1)?.seq ?? 0)) {
      for (const fact of written) if (fact.seq >= event.seq) forgotten.add(fact.index)
      written = written.filter(({ seq }) => seq < event.seq)
      hasDied = false
    }
    written.push({ seq: event.seq, index })
  }
  return forgotten
}
