import { defineInvariant, finding } from '../invariant.ts'

/** The messages that a worker forged are `violation.recorded` facts: recorded, and without effect. */
export const roles = defineInvariant({
  id: 'S18',
  title: 'roles',
  sentence:
    'Only the manager, the planner, a policy or a person adds, cancels, waives and steers, and only a worker does the work.',
  clauses: {
    author: 'A worker did what only a manager or a person may do.',
    executor: 'Work was given to someone who is not a worker of the run.',
  },
  watches: [
    'task.added',
    'task.cancelled',
    'run.paused',
    'run.resumed',
    'run.cancelled',
    'run.reopened',
    'limits.changed',
    'waiver.given',
    'steer.received',
    'approval.given',
    'result.adopted',
    'task.assigned',
    'worker.joined',
  ],
  needs: ['run.started'],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    if (ledger.started === undefined) return undefined
    if (fact.type === 'task.assigned' || fact.type === 'worker.joined') {
      if (ledger.workers.has(fact.worker)) return undefined
      const what = fact.type === 'task.assigned' ? `${fact.task} was assigned to` : `${fact.slot} joined as`
      const who = fact.worker === ledger.started.manager ? 'the manager of the run' : 'no worker of the run'
      return finding('executor', `${what} ${fact.worker}, which is ${who}`, fact.seq)
    }
    if (!ledger.workers.has(fact.by) && !ledger.slots.has(fact.by)) return undefined
    return finding('author', `${fact.type} was brought about by ${fact.by}, which is a worker`, fact.seq)
  },
})
