import { defineInvariant, finding } from '../invariant.ts'

/** Decisions that the manager may take between two messages from outside while nothing is at work; some more per task. */
const DECISIONS_MAX = 2_000
/** The same within one ms, where not even time goes on. */
const DECISIONS_PER_MS_MAX = 200
const DECISIONS_PER_TASK_MAX = 10
/** How often a task may be placed and never be assigned; once more per slot. */
const PLACEMENTS_MAX = 8

interface Turns {
  /** Whether the manager answers something that it brought about itself. */
  isOwn: boolean
  total: number
  at: number
  atOnce: number
  readonly placements: Map<string, number>
}

/**
 * Epochs and retries only rise, tasks only come in, and outcomes stay, so a state can come back only
 * by way of what the manager decides on its own messages and of placements that are taken back. Those
 * are counted.
 */
export const noLivelock = defineInvariant({
  id: 'L2',
  title: 'no livelock',
  sentence:
    'Between two events from outside only a bounded number of decisions is taken, and no task is moved to and fro.',
  clauses: {
    decisions: 'The manager goes on deciding although nothing happens.',
    bounced: 'A task is placed again and again and never assigned.',
    endless: 'The run goes on without an end.',
  },
  watches: [
    'message.delivered',
    'manager.decided',
    'task.placed',
    'task.assigned',
    'run.paused',
    'manager.recovered',
    'worker.left',
  ],
  observes: ['world.stuck'],
  initial: (): Turns => ({ isOwn: false, total: 0, at: 0, atOnce: 0, placements: new Map() }),
  onFact(state, fact, ledger) {
    switch (fact.type) {
      case 'message.delivered':
        state.isOwn = OWN.has(fact.kind)
        if (!state.isOwn) {
          state.total = 0
          state.atOnce = 0
        }
        return undefined
      case 'manager.decided': {
        if (!state.isOwn) return undefined
        // While work goes on a manager may look after it as often as it likes, if only time goes on.
        if (ledger.leases === 0) state.total += 1
        state.atOnce = fact.at === state.at ? state.atOnce + 1 : 1
        state.at = fact.at
        const perTask = DECISIONS_PER_TASK_MAX * (ledger.total + 1)
        if (state.total <= DECISIONS_MAX + perTask && state.atOnce <= DECISIONS_PER_MS_MAX + perTask) return undefined
        const count = Math.max(state.total, state.atOnce)
        const sentence = `the manager took ${count} decisions up to ${fact.at} ms, and nothing else happened`
        state.total = 0
        state.atOnce = 0
        return finding('decisions', sentence, fact.seq)
      }
      case 'task.placed': {
        const count = (state.placements.get(fact.task) ?? 0) + 1
        state.placements.set(fact.task, count)
        if (count !== PLACEMENTS_MAX + ledger.slots.size + 1) return undefined
        const sentence = `${fact.task} was placed ${count} times and never assigned, the last time on ${fact.slot}`
        return finding('bounced', sentence, fact.seq)
      }
      case 'task.assigned':
        if (state.placements.size > 0) state.placements.delete(fact.task)
        return undefined
      default:
        // An event from outside that gives back what is placed.
        state.placements.clear()
        return undefined
    }
  },
  onWorld(_state, event, ledger) {
    if (event.type !== 'world.stuck' || event.why !== 'endless') return undefined
    return finding('endless', `the run still goes on at ${event.at} ms, after ${ledger.facts} facts`, ledger.seq)
  },
  blindSpot: (_ledger, isSimulated) => (isSimulated ? undefined : 'a journal does not show inputs that led to no fact'),
})

const OWN: ReadonlySet<string> = new Set(['plan', 'planFailed', 'woke', 'refused', 'settled'])
