import { defineInvariant, finding } from '../invariant.ts'

const WINDOW_MS = 1000

/**
 * Judged at each assignment, so that lowering a cap below what is in use forbids new leases without
 * blaming the old ones. What tasks exclude or share is judged by S20.
 */
export const caps = defineInvariant({
  id: 'S4',
  title: 'caps',
  sentence:
    'No assignment takes the run, a worker or a group beyond its slots, or the run beyond its starts per second, and a paused run assigns nothing.',
  clauses: {
    paused: 'A task was assigned while the run was paused.',
    twice: 'The run was paused although it was paused already.',
    run: 'More attempts held a lease at the same time than the run allows.',
    worker: 'More attempts of one worker held a lease at the same time than it allows.',
    group: 'More attempts of one group, those inside of it included, held a lease at the same time than it allows.',
    rate: 'More assignments were made within 1,000 ms than the run allows.',
  },
  watches: ['task.assigned', 'run.paused'],
  needs: ['run.started'],
  initial: () => ({ starts: [] as { at: number; seq: number; count: number }[], first: 0, count: 0 }),
  onFact(window, fact, ledger) {
    if (fact.type === 'run.paused') {
      if (ledger.pausedSeq === 0) return undefined
      return finding('twice', `${fact.by} paused the run, which was paused already`, ledger.pausedSeq, fact.seq)
    }
    const { limits } = ledger
    if (limits === undefined) return undefined
    for (let oldest = window.starts[window.first]; oldest !== undefined; oldest = window.starts[window.first]) {
      if (oldest.at > fact.at - WINDOW_MS) break
      window.count -= oldest.count
      window.first += 1
    }
    if (window.first > 64 && window.first * 2 > window.starts.length) {
      window.starts.splice(0, window.first)
      window.first = 0
    }
    const latest = window.starts.at(-1)
    if (latest !== undefined && latest.at === fact.at && window.first < window.starts.length) latest.count += 1
    else window.starts.push({ at: fact.at, seq: fact.seq, count: 1 })
    window.count += 1

    if (ledger.pausedSeq > 0) {
      return finding('paused', `${fact.task} was assigned while the run was paused`, ledger.pausedSeq, fact.seq)
    }
    if (ledger.leases >= limits.slotsMax) {
      const sentence = `${fact.task} was assigned as attempt number ${ledger.leases + 1} at the same time; the run allows ${limits.slotsMax}`
      return finding('run', sentence, fact.seq)
    }
    const worker = ledger.workers.get(fact.worker)
    if (worker?.entry.slotsMax !== undefined && worker.leases >= worker.entry.slotsMax) {
      const sentence = `${fact.task} was assigned as attempt number ${worker.leases + 1} of ${fact.worker} at the same time; it allows ${worker.entry.slotsMax}`
      return finding('worker', sentence, fact.seq)
    }
    const task = ledger.task(fact.task)
    for (const { spec, leases, openedSeq } of task === undefined ? [] : ledger.groupsOf(task.spec)) {
      if (spec.slotsMax === undefined || leases < spec.slotsMax) continue
      const sentence = `${fact.task} was assigned as attempt number ${leases + 1} of the group ${spec.name} at the same time; it allows ${spec.slotsMax}`
      return finding('group', sentence, openedSeq, fact.seq)
    }
    if (window.count > limits.startsPerSecondMax) {
      const sentence = `${fact.task} was assignment number ${window.count} within 1,000 ms; the run allows ${limits.startsPerSecondMax}`
      return finding('rate', sentence, window.starts[window.first]?.seq ?? 0, fact.seq)
    }
    return undefined
  },
})
