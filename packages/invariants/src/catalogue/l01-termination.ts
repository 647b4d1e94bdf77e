import { isOutcome, type FactOf } from '@bosun/core'
import { defineInvariant, finding } from '../invariant.ts'
import type { Ledger, TaskEntry } from '../ledger/ledger.ts'
import { idleTask } from '../ledger/waiting-tasks.ts'
import { managerTime, patienceMs, SLACK_MS } from './patience.ts'

/**
 * Facts that bring a task or the run nearer to its end; epochs, retries and tasks are bounded, so
 * these are too. Those that always come in one input with another of them are left out.
 */
const STEPS = [
  'run.started',
  'run.resumed',
  'run.reopened',
  'run.completed',
  'run.failed',
  'run.exhausted',
  'run.cancelled',
  'plan.received',
  'plan.rejected',
  'task.assigned',
  'task.failed',
  'task.lost',
  'task.cancelled',
  'task.skipped',
  'attempt.succeeded',
  'attempt.failed',
  'attempt.lost',
  'attempt.revoked',
  'outputs.published',
  'worker.joined',
  'approval.given',
  'limits.changed',
  'limit.reached',
  'manager.recovered',
] as const

const BEGINNINGS: ReadonlySet<string> = new Set(['run.started', 'run.resumed', 'run.reopened', 'manager.recovered'])

interface Progress {
  isCalm: boolean
  /** When the last step was taken. */
  since: number
  /** The latest time for which the manager asked to be woken. */
  wakeAt: number
  /** Planner calls without an answer. */
  readonly plans: Set<string>
  /** Questions of the manager that nobody has answered. */
  readonly questions: Set<string>
}

/**
 * Every task must be brought to its outcome, step by step. Between two steps there is nothing to wait
 * for but the longest attempt at work, a lease, a backoff, a planner and a wake, so that a run which
 * is silent for longer has forgotten something.
 */
export const termination = defineInvariant({
  id: 'L1',
  title: 'termination',
  sentence: 'Once the faults are over, every task comes to its outcome, and then the run to its end.',
  clauses: {
    silence: 'Nothing was done for longer than anything at hand could take.',
    stuck: 'Nothing is left that could happen, and the run has not ended.',
  },
  watches: [...STEPS, 'manager.decided', 'manager.asked', 'wake.set'],
  observes: ['world.calm', 'world.stuck'],
  needsWorld: true,
  initial: (): Progress => ({ isCalm: false, since: 0, wakeAt: 0, plans: new Set(), questions: new Set() }),
  onFact(state, fact, ledger) {
    switch (fact.type) {
      case 'manager.decided':
        expectPlans(state.plans, fact)
        return undefined
      case 'manager.asked':
        state.questions.add(fact.approval)
        return undefined
      case 'wake.set':
        state.wakeAt = Math.max(state.wakeAt, fact.wakeAt)
        return undefined
      case 'plan.received':
        state.plans.delete(fact.request)
        break
      case 'plan.rejected':
        state.plans.delete(fact.plan)
        break
      default:
    }
    const isAsking = state.questions.size > 0
    if (fact.type === 'approval.given') state.questions.delete(fact.approval)
    if (!state.isCalm) return undefined
    const since = Math.max(state.since, state.wakeAt <= fact.at ? state.wakeAt : 0)
    state.since = fact.at
    if (ledger.endedSeq > 0 || fact.at - since <= patienceMs(ledger) + SLACK_MS) return undefined
    // What a pause, an end and the absence of a manager took is not held against the run.
    if (BEGINNINGS.has(fact.type)) return undefined
    if (ledger.pausedSeq > 0 || fact.at - since <= longestWait(state, fact.at, ledger)) return undefined
    // A slot that comes or goes in the meantime is a step, and not the one that the run waits for.
    // A person takes as long as a person takes.
    if (ledger.unresolved === 0 && (state.wakeAt > fact.at || isAsking)) return undefined
    const sentence = `nothing was done from ${since} to ${fact.at} ms, while ${whatIsOpen(ledger)}`
    return finding('silence', sentence, firstOpen(ledger)?.lease?.seq ?? 0, fact.seq)
  },
  onWorld(state, event, ledger) {
    if (event.type === 'world.calm') {
      state.isCalm = true
      state.since = managerTime(event, ledger)
      return undefined
    }
    if (event.type !== 'world.stuck' || event.why !== 'silent' || ledger.endedSeq > 0) return undefined
    const open = firstOpen(ledger)
    return finding('stuck', `nothing can happen any more, while ${whatIsOpen(ledger)}`, open?.seq ?? 0, ledger.seq)
  },
})

// ---------------------------------------------------------------------------------------------

function expectPlans(plans: Set<string>, { decisions }: FactOf<'manager.decided'>): void {
  for (const decision of decisions) if (decision.type === 'plan') plans.add(decision.request)
}

/** The longest time that may pass before the next step, given what is under way. */
function longestWait({ plans }: Progress, at: number, ledger: Ledger): number {
  const { config, limits } = ledger
  if (config === undefined || limits === undefined) return Infinity
  let work = 0
  for (const slot of ledger.slots.values()) work = Math.max(work, slot.task?.lease?.timeoutMs ?? 0)
  const planning = plans.size > 0 ? limits.planTimeoutMs : 0
  // Tasks may be ready for which no slot is there at all; they wait until their time is up.
  const isStranded = ledger.leases === 0 && ledger.ready > 0 && idleTask(ledger, at) === undefined
  return (
    patienceMs(ledger) +
    SLACK_MS +
    config.retry.backoffMaxMs +
    Math.max(work, planning, isStranded ? limits.queueWaitMs : 0)
  )
}

function firstOpen(ledger: Ledger): TaskEntry | undefined {
  if (ledger.unresolved === 0) return undefined
  for (const task of ledger.tasks.values()) if (!isOutcome(task.status)) return task
  return undefined
}

function whatIsOpen(ledger: Ledger): string {
  const task = firstOpen(ledger)
  if (task === undefined) return 'every task has its outcome and the run has not ended'
  const where = task.lease === undefined ? '' : ` to ${task.lease.slot}`
  return `${task.id} is ${task.status}${where}`
}
