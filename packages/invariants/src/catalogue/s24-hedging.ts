import { isOutcome, type FactOf } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { Ledger, TaskEntry } from '../ledger/ledger.ts'
import { findRival } from '../ledger/waiting-tasks.ts'

type Clause = 'unsafe' | 'early' | 'most' | 'unannounced' | 'needed' | 'both' | 'handed' | 'open' | 'waived'

interface Hedges {
  /** How long attempts that succeeded took, sorted, by task type and worker. */
  readonly times: Map<string, number[]>
  /** Tasks that have asked a person, for which they may take any time. */
  readonly asked: Set<string>
  /** The twin that each task is to have. */
  readonly announced: Map<string, string>
  /** Twins of which it is not settled what became of them. */
  readonly open: Set<TaskEntry>
}

/**
 * That neither of a pair has two live attempts is judged by S2, as for any task. A run without twins costs this
 * invariant one list of numbers, and nothing where its policy allows none.
 */
export const hedging = defineInvariant({
  id: 'S24',
  title: 'hedging',
  sentence:
    'A twin is begun only of what takes far longer than its peers and may be repeated, on a slot that nothing else needs; one of the two gives the task its result, and the other is ended and waived.',
  clauses: {
    unsafe:
      'A task got a twin whose worker does what counts each time, that holds what its twin would wait for, or that has asked a person.',
    early: 'A task got a twin although it had not run for as long as the policy says, by the median of its peers.',
    most: 'A task got a second twin, or the run one more than its policy allows.',
    unannounced: 'A twin was added of a task that was not said to get one.',
    needed: 'A twin was begun although another task waited that the slot could have taken.',
    both: 'Results of both of a pair were accepted.',
    handed: 'A task got the result of a twin that had not succeeded, or that is not its own.',
    open: 'One of a pair was left as it was although something had become of the other.',
    waived: 'A twin ended without success and was not waived, so that the run cannot be completed.',
  },
  watches: ['approval.requested', 'task.hedged', 'task.added', 'task.assigned', 'attempt.succeeded', 'result.handed'],
  needs: ['task.hedged'],
  initial: (): Hedges => ({ times: new Map(), asked: new Set(), announced: new Map(), open: new Set() }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    if ((ledger.config?.hedge?.hedgesMax ?? 0) === 0 && fact.type !== 'task.hedged') return undefined
    switch (fact.type) {
      case 'approval.requested':
        state.asked.add(fact.task)
        return undefined
      case 'task.hedged':
        return judgeHedge(state, fact, ledger)
      case 'task.added':
        return judgeTwin(state, fact)
      case 'task.assigned':
        return judgeStart(state, fact, ledger)
      case 'attempt.succeeded':
        return judgeResult(state, fact, ledger)
      case 'result.handed': {
        const twin = ledger.task(fact.task)?.twin
        if (twin?.id === fact.twin && twin.status === 'succeeded' && twin.acceptedEpoch === fact.twinEpoch)
          return undefined
        return finding('handed', `${fact.task} got a result that ${fact.twin} does not have`, fact.seq)
      }
    }
  },
  atQuiescence({ open }, ledger): Finding<Clause> | undefined {
    for (const twin of open) {
      const task = twin.hedged
      if (task === undefined) continue
      const isEnded = isOutcome(twin.status)
      if (isEnded && (isOutcome(task.status) || task.status === 'publishing')) open.delete(twin)
      if (isEnded && twin.status !== 'succeeded' && ledger.endedSeq === 0 && !ledger.waivers.has(twin.id)) {
        open.delete(twin)
        return finding('waived', `${twin.id} is ${twin.status} and nobody has waived it`, twin.outcomeSeq, ledger.seq)
      }
      const why = leftOpen(task, twin)
      if (why === undefined) continue
      open.delete(twin)
      return finding('open', why, twin.seq, ledger.seq)
    }
    return undefined
  },
})

// ---------------------------------------------------------------------------------------------

function judgeHedge(state: Hedges, fact: FactOf<'task.hedged'>, ledger: Ledger): Finding<Clause> | undefined {
  const { task: id, seq, at, typicalMs, runningMs } = fact
  const task = ledger.task(id)
  const policy = ledger.config?.hedge
  if (task?.lease === undefined || policy === undefined) return finding('early', `${id} has no attempt to hedge`, seq)
  const { spec, lease } = task
  if (state.announced.has(id) || state.announced.size >= policy.hedgesMax) {
    return finding('most', `${id} got a twin where ${policy.hedgesMax} are allowed in the run`, seq)
  }
  state.announced.set(id, fact.twin)
  const isBound = spec.uses !== undefined || spec.excludes !== undefined
  if (state.asked.has(id)) return finding('unsafe', `${id} got a twin although it has asked a person`, lease.seq, seq)
  if (isBound || ledger.workers.get(lease.worker)?.entry.effects === 'once') {
    const why = isBound
      ? 'holds what its twin would wait for'
      : `is done by ${lease.worker}, whose work counts each time`
    return finding('unsafe', `${id} got a twin although it ${why}`, lease.seq, seq)
  }
  const times = state.times.get(peersOf(spec.type, lease.worker)) ?? []
  const median = times[(times.length - 1) >> 1] ?? 0
  const least = Math.max(policy.afterMsMin, policy.afterRatio * median)
  const isTold = runningMs === at - lease.at && typicalMs === median
  if (isTold && times.length >= policy.samplesMin && runningMs >= least) return undefined
  const sentence = `${id} got a twin after ${at - lease.at} ms; ${times.length} peers took ${median} ms in the middle`
  return finding('early', sentence, lease.seq, seq)
}

function judgeTwin(
  { announced }: Hedges,
  { task: { id }, by, seq }: FactOf<'task.added'>,
): Finding<Clause> | undefined {
  if (!id.endsWith('~twin')) return undefined
  if (by === 'kernel' && announced.get(id.slice(0, -'~twin'.length)) === id) return undefined
  return finding('unannounced', `${id} was added by ${by} without a word of why`, seq)
}

function judgeStart(state: Hedges, fact: FactOf<'task.assigned'>, ledger: Ledger): Finding<Clause> | undefined {
  const twin = ledger.task(fact.task)
  if (twin?.hedged === undefined) return undefined
  state.open.add(twin)
  // A twin that is tried again stands in the row like any other task.
  if (fact.epoch > 1) return undefined
  // What is placed on another slot waits for that one alone, unless it may be stolen.
  const other = findRival(ledger, fact.worker, twin, fact.at, ({ place }) => place?.steal !== false)
  if (other === undefined) return undefined
  return finding('needed', `${twin.id} got ${fact.slot} although ${other.id} waited`, other.readySeq, fact.seq)
}

function judgeResult(state: Hedges, fact: FactOf<'attempt.succeeded'>, ledger: Ledger): Finding<Clause> | undefined {
  const task = ledger.task(fact.task)
  if (task?.lease === undefined) return undefined
  const { id, spec, lease } = task
  const peers = peersOf(spec.type, lease.worker)
  const times = state.times.get(peers) ?? []
  state.times.set(peers, times)
  if (!state.asked.has(id)) times.splice(placeOf(fact.at - lease.at, times), 0, fact.at - lease.at)
  const other = task.twin ?? task.hedged
  if (other === undefined || other.acceptedSeq === 0) return undefined
  const sentence = `the result of ${task.id} was accepted although that of ${other.id} had been`
  return finding('both', sentence, other.acceptedSeq, fact.seq)
}

/** What is amiss with a pair when an input is done. */
function leftOpen(task: TaskEntry, twin: TaskEntry): string | undefined {
  const hasResult = twin.status === 'publishing' || twin.status === 'succeeded'
  if (hasResult && task.lease !== undefined) return `${task.id} goes on although ${twin.id} has a result`
  if (twin.status === 'succeeded' && !isOutcome(task.status) && task.status !== 'publishing') {
    return `${task.id} is ${task.status} although ${twin.id} has succeeded`
  }
  const isOver = isOutcome(task.status) || task.status === 'publishing'
  return isOver && twin.lease !== undefined ? `${twin.id} goes on although ${task.id} is ${task.status}` : undefined
}

/** Where a number belongs in a sorted list. */
function placeOf(value: number, sorted: readonly number[]): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] as number) < value) from = middle + 1
    else to = middle
  }
  return from
}

function peersOf(type: string, worker: string): string {
  return `${type} ${worker}`
}
