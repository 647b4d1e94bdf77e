import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { WorldEvent } from '../world-event.ts'
import { patienceMs, SLACK_MS } from './patience.ts'

/** An attempt whose code runs. */
interface Work {
  readonly task: string
  readonly epoch: number
  readonly slot: string
  /** When it was told to stop, in true time; 0 before. */
  stoppedAt: number
  /** The fact that took its lease; 0 before. */
  seq: number
}

interface Stops {
  isCalm: boolean
  readonly working: Map<string, Work>
  /** Attempts that lost their lease since the last event, whose time is not known yet. */
  fresh: Work[]
  /** Those that must rest, the first one first. */
  readonly stopping: Map<string, Work>
  /** Tasks and slots that a fault has struck: these may miss the order to stop. */
  readonly struck: Set<string>
}

/**
 * Judged for attempts that lost their lease in the calm phase and that no fault has struck. A host
 * has as long as its polite stop, a lease and a little more.
 */
export const cancelProgress = defineInvariant({
  id: 'L7',
  title: 'cancel progress',
  sentence: 'An attempt that lost its lease is stopped within a bound, and from then on it neither works nor spends.',
  clauses: {
    works: 'An attempt still worked long after it had lost its lease.',
    spends: 'An attempt spent something long after it had lost its lease.',
  },
  watches: ['attempt.revoked', 'attempt.lost'],
  observes: ['world.calm', 'world.fault', 'world.working', 'world.rested', 'world.spent', 'world.sent', 'world.stuck'],
  needsWorld: true,
  initial: (): Stops => ({ isCalm: false, working: new Map(), fresh: [], stopping: new Map(), struck: new Set() }),
  onFact(state, fact) {
    const work = state.isCalm ? state.working.get(`${fact.task}@${fact.epoch}`) : undefined
    if (work === undefined || state.struck.has(work.task) || state.struck.has(work.slot)) return undefined
    work.seq = fact.seq
    state.fresh.push(work)
    return undefined
  },
  onWorld(state, event, ledger) {
    for (let work = state.fresh.pop(); work !== undefined; work = state.fresh.pop()) {
      work.stoppedAt = event.at
      state.stopping.set(`${work.task}@${work.epoch}`, work)
    }
    switch (event.type) {
      case 'world.calm':
        state.isCalm = true
        return undefined
      case 'world.fault':
        state.struck.add(event.on)
        return undefined
      case 'world.working': {
        const { task, epoch, slot } = event
        state.working.set(`${task}@${epoch}`, { task, epoch, slot, stoppedAt: 0, seq: 0 })
        break
      }
      case 'world.rested': {
        const key = `${event.task}@${event.epoch}`
        state.working.delete(key)
        const work = state.stopping.get(key)
        if (work === undefined) break
        state.stopping.delete(key)
        if (isOverdue(work, event, ledger)) return overdue('works', work, event)
        break
      }
      case 'world.spent': {
        const work = state.stopping.get(`${event.task}@${event.epoch}`)
        if (work !== undefined && isOverdue(work, event, ledger)) return overdue('spends', work, event)
        break
      }
      default:
    }
    for (const work of state.stopping.values()) {
      if (event.type !== 'world.stuck' && !isOverdue(work, event, ledger)) return undefined
      state.stopping.delete(`${work.task}@${work.epoch}`)
      return overdue('works', work, event)
    }
    return undefined
  },
})

// ---------------------------------------------------------------------------------------------

function isOverdue({ stoppedAt }: Work, { at }: WorldEvent, ledger: Ledger): boolean {
  return at > stoppedAt + (ledger.config?.lease.killAfterMs ?? 0) + patienceMs(ledger) + SLACK_MS
}

function overdue<C extends 'works' | 'spends'>(clause: C, work: Work, { at }: WorldEvent): Finding<C> {
  const does = clause === 'works' ? 'still works' : 'spends'
  const sentence = `attempt ${work.epoch} of ${work.task} ${does} on ${work.slot} at ${at} ms; it lost its lease at ${work.stoppedAt} ms`
  return finding(clause, sentence, work.seq)
}
