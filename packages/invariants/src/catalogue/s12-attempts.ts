import { ERROR_REGISTRY, type ErrorEntry, type FactOf } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { Ledger, TaskEntry } from '../ledger/ledger.ts'

/** Assignments beyond the first and the counted retries that restarts and revocations may cost. */
const EPOCHS_BEYOND_RETRIES = 10

type Clause =
  | 'counted'
  | 'number'
  | 'most'
  | 'epochs'
  | 'unended'
  | 'hopeless'
  | 'backoff'
  | 'negative'
  | 'once'
  | 'assigned'
  | 'quota'
  | 'asked'

export const attempts = defineInvariant({
  id: 'S12',
  title: 'attempts',
  sentence:
    'An attempt that ended by its own doing counts as a retry, retries and epochs stay within their limits, and the next one waits as long as promised; a spent quota counts as none and pauses the run.',
  clauses: {
    counted: 'A retry was counted though the attempt did not end by its own doing, or not counted though it did.',
    number: 'The number of a retry does not follow from the ones before.',
    most: 'A task was tried again beyond its retries.',
    epochs: 'A task was assigned more often than its retries and ten more.',
    unended: 'A task was tried again although no attempt of it had just ended.',
    hopeless: 'A task was tried again after an error that another try cannot help.',
    backoff: 'A task was assigned before the time that its retry had promised.',
    negative: 'A retry promised a time in the past.',
    once: 'A task whose work must not be repeated was tried again after an attempt was lost at work.',
    quota: 'A provider refused an attempt or a planner for its spent quota, and the run was not paused.',
    asked: 'A run was resumed, and a planner that had been refused for a spent quota was not asked again.',
    assigned: 'An assignment tells another number of retries than were counted.',
  },
  watches: [
    'attempt.failed',
    'task.retried',
    'task.assigned',
    'plan.deferred',
    'plan.requested',
    'plan.rejected',
    'plan.received',
    'run.resumed',
    'run.reopened',
  ],
  needs: ['run.started'],
  initial: (): Quota => ({ refused: undefined, deferred: new Map(), resumed: false }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    switch (fact.type) {
      case 'attempt.failed':
        if (fact.error.code === 'MODEL_QUOTA_SPENT') state.refused = fact
        return undefined
      case 'plan.deferred':
        state.deferred.set(fact.plan, fact.seq)
        return undefined
      case 'plan.requested':
      case 'plan.rejected':
        state.deferred.delete(fact.plan)
        return undefined
      case 'plan.received':
        // An answer to an older call counts as well.
        state.deferred.delete(fact.request)
        return undefined
      case 'run.resumed':
        state.resumed = true
        return undefined
      case 'run.reopened':
        // What is asked of planners then is a matter of who manages the run.
        state.deferred.clear()
        return undefined
      default:
    }
    const task = ledger.task(fact.task)
    if (task === undefined) return undefined
    if (fact.type === 'task.assigned') return wrongAssignment(fact, task, ledger)
    return wrongRetry(fact, task, ledger, state.refused?.task === task.id)
  },
  atQuiescence(state, ledger) {
    const { refused, deferred, resumed } = state
    if (refused === undefined && deferred.size === 0) return undefined
    state.refused = undefined
    state.resumed = false
    if (ledger.pausedSeq > 0 || ledger.endedSeq > 0) return undefined
    for (const [plan, seq] of deferred) {
      deferred.clear()
      if (resumed) return finding('asked', `the run was resumed without asking for the plan ${plan} again`, seq)
      return finding('quota', `the planner of ${plan} was refused for a spent quota, and the run went on`, seq)
    }
    if (refused === undefined) return undefined
    const sentence = `attempt ${refused.epoch} of ${refused.task} was refused for a spent quota, and the run went on`
    return finding('quota', sentence, refused.seq)
  },
})

// ---------------------------------------------------------------------------------------------

interface Quota {
  /** The attempt that the input at hand ended for a spent quota, if it did. */
  refused: FactOf<'attempt.failed'> | undefined
  /** Plans whose planner has to be asked again, with the fact that says so. */
  readonly deferred: Map<string, number>
  /** Whether the input at hand resumed the run. */
  resumed: boolean
}

function wrongRetry(
  fact: FactOf<'task.retried'>,
  task: TaskEntry,
  ledger: Ledger,
  isQuota: boolean,
): Finding<Clause> | undefined {
  const end = task.undecided
  const seqs = [task.lastEndSeq, fact.seq]
  // It had given way to its twin, of which nothing came.
  if (end === undefined && task.status === 'waiting' && task.twin !== undefined && !fact.counted) return undefined
  if (end === undefined || end === 'succeeded') {
    return finding('unended', `${task.id} was tried again although no attempt of it had just ended`, ...seqs)
  }
  const clock = task.lossClock
  const spared = isQuota || end === 'revoked' || (end === 'lost' && (clock === 'restart' || clock === 'drain'))
  if (fact.counted === spared) {
    const how = end === 'lost' ? `was lost by the clock ${clock}` : end === 'failed' ? 'failed' : 'was revoked'
    const why = isQuota ? ' for a spent quota' : ''
    const verdict = spared ? 'was counted' : 'was not counted'
    return finding('counted', `attempt ${task.epoch} of ${task.id} ${how}${why}, but its retry ${verdict}`, ...seqs)
  }
  const expected = task.retries + (fact.counted ? 1 : 0)
  if (fact.retry !== expected) {
    return finding('number', `${task.id} is at retry ${fact.retry} where ${expected} follows`, ...seqs)
  }
  const most = retriesMax(task, ledger)
  if (most !== undefined && fact.retry > most) {
    return finding('most', `${task.id} was tried again as retry ${fact.retry}; ${most} are allowed`, ...seqs)
  }
  const error: ErrorEntry | undefined = ERROR_REGISTRY[fact.reason.code]
  if (fact.counted && error?.retryable === false) {
    return finding(
      'hopeless',
      `${task.id} was tried again after ${fact.reason.code}, which trying again cannot help`,
      ...seqs,
    )
  }
  if (fact.counted && fact.notBefore < fact.at) {
    return finding('negative', `the retry of ${task.id} at ${fact.at} ms promised ${fact.notBefore} ms`, ...seqs)
  }
  const effects = ledger.workers.get(task.lastWorker)?.entry.effects
  if (end !== 'lost' || !task.lossStarted || effects !== 'once') return undefined
  const sentence = `${task.id} was tried again although ${task.lastWorker} works once only and attempt ${task.epoch} was lost at work`
  return finding('once', sentence, ...seqs)
}

function wrongAssignment(fact: FactOf<'task.assigned'>, task: TaskEntry, ledger: Ledger): Finding<Clause> | undefined {
  if (fact.at < task.notBefore) {
    const sentence = `${task.id} was assigned at ${fact.at} ms; its retry had promised to wait until ${task.notBefore} ms`
    return finding('backoff', sentence, task.lastEndSeq, fact.seq)
  }
  if (fact.retry !== task.retries) {
    const sentence = `${task.id} was assigned as retry ${fact.retry} after ${task.retries} were counted`
    return finding('assigned', sentence, fact.seq)
  }
  const most = retriesMax(task, ledger)
  if (most === undefined || fact.epoch <= most + 1 + EPOCHS_BEYOND_RETRIES) return undefined
  const sentence = `${task.id} was assigned with epoch ${fact.epoch}; ${most} retries allow ${most + 1 + EPOCHS_BEYOND_RETRIES}`
  return finding('epochs', sentence, fact.seq)
}

function retriesMax(task: TaskEntry, ledger: Ledger): number | undefined {
  return task.spec.limits?.retriesMax ?? ledger.config?.retry.retriesMax
}
