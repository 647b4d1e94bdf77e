import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { isManager, managerTime, patienceMs, SLACK_MS } from './patience.ts'

interface Rest {
  isCalm: boolean
  calmAt: number
  /** When work ended whose lease was live, by attempt. */
  readonly restedAt: Map<string, number>
  isReported: boolean
  /** Whether a manager's process is there to hear. */
  isHeard: boolean
  /** The attempt whose last report has just arrived: over when the next thing happens. */
  told: { readonly task: string; readonly epoch: number } | undefined
  /** The slot that has just left: empty when the next thing happens. */
  left: string | undefined
}

type Clause = 'slot' | 'unheard' | 'absent' | 'budget'

/** Reports that end their attempt. */
const LAST: ReadonlySet<string> = new Set(['result', 'error', 'lost'])

/**
 * What a finished or dead attempt held must come back, even when its report is lost on the way. What
 * the manager has heard, a slot that left and the budget are judged at any time, faults or not.
 */
export const noLeak = defineInvariant({
  id: 'L5',
  title: 'no leak in time',
  sentence: 'Slot, budget and resources of an attempt that is over are given back within a lease or two.',
  clauses: {
    slot: 'An attempt held its slot long after its work had ended.',
    unheard: 'The report that ends an attempt arrived, and the attempt kept its slot.',
    absent: 'A slot left, and the attempt on it kept it.',
    budget: 'Budget stays reserved although no attempt is live.',
  },
  watches: ['worker.left', 'task.assigned', 'attempt.succeeded', 'attempt.failed', 'attempt.lost', 'attempt.revoked'],
  observes: ['world.calm', 'world.rested', 'world.delivered', 'world.died', 'world.rose', 'world.stuck'],
  needsWorld: true,
  initial: (): Rest => ({
    isCalm: false,
    calmAt: 0,
    restedAt: new Map(),
    isReported: false,
    isHeard: true,
    told: undefined,
    left: undefined,
  }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    if (fact.type === 'worker.left') {
      state.left = fact.slot
      return undefined
    }
    if (fact.type === 'task.assigned') return keptBudget(state, ledger)
    if (state.restedAt.size === 0) return undefined
    const key = `${fact.task}@${fact.epoch}`
    const restedAt = state.restedAt.get(key)
    if (restedAt === undefined) return undefined
    state.restedAt.delete(key)
    const lease = ledger.task(fact.task)?.lease
    if (!state.isCalm || lease?.epoch !== fact.epoch) return undefined
    const since = Math.max(restedAt, state.calmAt) + lease.stalledMs
    if (fact.at <= since + (ledger.config?.lease.leaseMs ?? 0) + patienceMs(ledger) + SLACK_MS) return undefined
    if (fact.type === 'attempt.lost' && fact.evidence.clock === 'restart') return undefined
    const sentence = `attempt ${fact.epoch} of ${fact.task} was over at ${restedAt} ms and held ${lease.slot} until ${fact.at} ms`
    return finding('slot', sentence, lease.seq, fact.seq)
  },
  onWorld(state, event, ledger): Finding<Clause> | undefined {
    const found = keptByAbsent(state, ledger) ?? keptThoughTold(state, ledger)
    if (found !== undefined) return found
    switch (event.type) {
      case 'world.calm':
        state.isCalm = true
        state.calmAt = managerTime(event, ledger)
        return undefined
      case 'world.rested':
        if (isLive(event, ledger)) state.restedAt.set(`${event.task}@${event.epoch}`, managerTime(event, ledger))
        return undefined
      case 'world.delivered': {
        if (!state.isHeard || !LAST.has(event.report) || !isLive(event, ledger)) return undefined
        const { task, epoch } = event
        state.told = { task, epoch }
        return undefined
      }
      case 'world.died':
      case 'world.rose':
        if (!isManager(event.actor)) return undefined
        state.isHeard = event.type === 'world.rose'
        state.told = undefined
        return undefined
      default:
        return undefined
    }
  },
})

// ---------------------------------------------------------------------------------------------

function keptByAbsent(state: Rest, ledger: Ledger): Finding<'absent'> | undefined {
  if (state.left === undefined) return undefined
  const slot = ledger.slots.get(state.left)
  state.left = undefined
  if (slot?.task === undefined || slot.present) return undefined
  const sentence = `${slot.slot} left, and ${slot.task.id} is still assigned to it`
  return finding('absent', sentence, slot.task.lease?.seq ?? 0, slot.seq)
}

function keptThoughTold(state: Rest, ledger: Ledger): Finding<'unheard'> | undefined {
  const { told } = state
  state.told = undefined
  if (told === undefined || !isLive(told, ledger)) return undefined
  const sentence = `attempt ${told.epoch} of ${told.task} reported its end, which was heard and not taken in`
  return finding('unheard', sentence, ledger.task(told.task)?.lease?.seq ?? 0, ledger.seq)
}

function keptBudget(state: Rest, { leases, reserved, seq }: Ledger): Finding<'budget'> | undefined {
  if (leases > 0 || state.isReported) return undefined
  const { tokens, costMicros } = reserved
  if (tokens <= 0 && costMicros <= 0) return undefined
  state.isReported = true
  const what = tokens > 0 ? `${tokens} tokens` : `${costMicros} millionths of cost`
  return finding('budget', `${what} stay reserved although no attempt is live`, seq)
}

function isLive({ task, epoch }: { readonly task: string; readonly epoch: number }, ledger: Ledger): boolean {
  return ledger.task(task)?.lease?.epoch === epoch
}
