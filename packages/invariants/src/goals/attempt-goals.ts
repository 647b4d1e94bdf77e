import { defineGoal, type Goal } from './goal.ts'

/** What may happen to leases, reports and retries. */
export const attemptGoals: readonly Goal[] = [
  defineGoal({
    id: 'lease-expired-at-work',
    sentence: 'A lease runs out while the code of its attempt still works.',
    watches: ['attempt.lost'],
    observes: ['world.working', 'world.rested'],
    initial: () => new Set<string>(),
    onFact: (working, fact) => fact.evidence.clock === 'beat' && working.has(`${fact.task}@${fact.epoch}`),
    onWorld(working, event) {
      if (event.type === 'world.working') working.add(`${event.task}@${event.epoch}`)
      else if (event.type === 'world.rested') working.delete(`${event.task}@${event.epoch}`)
      return false
    },
  }),
  defineGoal({
    id: 'late-result-refused',
    sentence: 'The result of an attempt that has lost its lease is put aside.',
    watches: ['result.quarantined'],
    initial: () => ({}),
    onFact: (_state, fact, ledger) => {
      const task = fact.kind === 'result' ? ledger.task(fact.task) : undefined
      return task !== undefined && task.lease?.epoch !== fact.epoch && task.acceptedEpoch !== fact.epoch
    },
  }),
  defineGoal({
    id: 'late-result-at-expiry',
    sentence: 'A result arrives in the very ms in which its lease runs out.',
    watches: ['attempt.lost', 'result.quarantined'],
    /** When each attempt was lost by its beats, by `task@epoch`. */
    initial: () => new Map<string, number>(),
    onFact(lostAt, fact) {
      const attempt = `${fact.task}@${fact.epoch}`
      if (fact.type === 'result.quarantined') return fact.kind === 'result' && lostAt.get(attempt) === fact.at
      if (fact.evidence.clock === 'beat') lostAt.set(attempt, fact.at)
      return false
    },
  }),
  defineGoal({
    id: 'duplicate-result-refused',
    sentence: 'The result that was accepted arrives once more and is put aside.',
    watches: ['result.quarantined'],
    initial: () => ({}),
    onFact: (_state, fact, ledger) => fact.kind === 'result' && ledger.task(fact.task)?.acceptedEpoch === fact.epoch,
  }),
  defineGoal({
    id: 'late-result-adopted',
    sentence: 'A late result is adopted, and its task succeeds by it.',
    watches: ['task.succeeded'],
    initial: () => ({}),
    onFact: (_state, fact, ledger) => {
      const task = ledger.task(fact.task)
      return task !== undefined && task.lastEnd !== 'succeeded' && task.acceptedEpoch === fact.epoch
    },
  }),
  defineGoal({
    id: 'late-result-adopted-after-end',
    sentence: 'A late result is adopted when its task has ended already, by a successor.',
    watches: ['result.adopted'],
    initial: () => ({}),
    onFact: (_state, { predecessor }) => predecessor !== undefined,
  }),
  defineGoal({
    id: 'successor-succeeded',
    sentence: 'A task that had ended without success succeeds under the name of its successor.',
    watches: ['task.succeeded'],
    initial: () => ({}),
    onFact: (_state, fact) => fact.task.includes('~'),
  }),
  defineGoal({
    id: 'retry-succeeded',
    sentence: 'A task succeeds after an attempt of it had ended badly.',
    watches: ['task.succeeded'],
    initial: () => ({}),
    onFact: (_state, fact, ledger) => (ledger.task(fact.task)?.retries ?? 0) > 0,
  }),
  defineGoal({
    id: 'retries-exhausted',
    sentence: 'A task fails or is lost after all of its retries.',
    watches: ['task.failed', 'task.lost'],
    initial: () => ({}),
    onFact(_state, fact, ledger) {
      const task = ledger.task(fact.task)
      if (task === undefined || task.retries === 0) return false
      return task.retries >= (task.spec.limits?.retriesMax ?? ledger.config?.retry.retriesMax ?? Infinity)
    },
  }),
  defineGoal({
    id: 'slow-worker-overtaken',
    sentence: 'A task succeeds before one of the same type that was started earlier.',
    watches: ['attempt.succeeded'],
    initial: () => ({}),
    onFact(_state, fact, ledger) {
      const task = ledger.task(fact.task)
      if (task?.lease === undefined) return false
      for (const { task: other } of ledger.slots.values()) {
        if (other?.lease === undefined || !other.lease.started) continue
        if (other.lease.at < task.lease.at && other.spec.type === task.spec.type) return true
      }
      return false
    },
  }),
  defineGoal({
    id: 'skewed-beat-near-deadline',
    sentence: 'A host whose clock is wrong beats in the last fifth of its lease.',
    watches: ['attempt.beat'],
    observes: ['world.fault'],
    initial: () => ({ skewed: false }),
    onFact({ skewed }, fact, ledger) {
      const lease = skewed ? ledger.task(fact.task)?.lease : undefined
      return lease !== undefined && fact.at - lease.signAt >= (ledger.config?.lease.leaseMs ?? Infinity) * 0.8
    },
    onWorld(state, event) {
      if (event.type === 'world.fault' && event.kind === 'clock-skew') state.skewed = true
      return false
    },
  }),
  defineGoal({
    id: 'parts-then-failure',
    sentence: 'An attempt reports a part of its output and then fails or is lost.',
    watches: ['attempt.emitted', 'attempt.failed', 'attempt.lost'],
    initial: () => new Set<string>(),
    onFact(emitted, fact) {
      const attempt = `${fact.task}@${fact.epoch}`
      if (fact.type !== 'attempt.emitted') return emitted.has(attempt)
      emitted.add(attempt)
      return false
    },
  }),
  defineGoal({
    id: 'discovery-then-failure',
    sentence: 'A task from whose discoveries others were made fails or is lost.',
    watches: ['task.failed', 'task.lost'],
    initial: () => ({}),
    onFact: (_state, fact, ledger) => (ledger.task(fact.task)?.children.length ?? 0) > 0,
  }),
]
