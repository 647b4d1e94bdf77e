import { hedgedId, isOutcome, type Fact, type FactOf } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { Ledger } from '../ledger/ledger.ts'

type Clause = 'order' | 'kind' | 'settled' | 'late' | 'early'
type MessageKind = FactOf<'message.delivered'>['kind']

/** What the manager is to hear of, in the order of the log. */
interface Untold {
  readonly seqs: number[]
  readonly kinds: MessageKind[]
  /** Questions of the manager: it hears of no other's answer. */
  readonly asked: Set<string>
  /** The first that was not told yet. */
  next: number
}

const TELLS: Partial<Record<Fact['type'], MessageKind>> = {
  'run.started': 'goal',
  'plan.received': 'plan',
  'plan.rejected': 'planFailed',
  'task.succeeded': 'outcome',
  'task.failed': 'outcome',
  'task.lost': 'outcome',
  'task.cancelled': 'outcome',
  'task.skipped': 'outcome',
  'task.discovered': 'discovered',
  'attempt.emitted': 'emitted',
  'steer.received': 'steer',
  'approval.given': 'answered',
  'spawn.refused': 'refused',
  'manager.refused': 'refused',
}

/**
 * A manager folds what it is told, so an aggregate is right when everything is told once and in
 * order. What the fold makes of it is the manager's: whether it is the same for another order is
 * judged between runs (D2).
 */
export const aggregation = defineInvariant({
  id: 'S16',
  title: 'aggregation',
  sentence:
    'The manager is told every outcome, discovery and part once, in the order of the log, that all is settled only when it is, and nothing of an attempt that has ended.',
  clauses: {
    order: 'The manager was told something out of order, twice, or after something was left out.',
    kind: 'The manager was told of a fact as of something else.',
    settled: 'The manager was told that all is settled while a task had no outcome or something was not told.',
    late: 'A part or a discovery was taken from an attempt that had ended or that never was.',
    early: 'The run was completed while a task had no outcome.',
  },
  watches: ['message.delivered', 'manager.asked', 'run.completed', ...(Object.keys(TELLS) as (keyof typeof TELLS)[])],
  initial: (): Untold => ({ seqs: [], kinds: [], asked: new Set(), next: 0 }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    if (fact.type === 'message.delivered') return wrongMessage(state, fact, ledger)
    if (fact.type === 'run.completed') {
      if (ledger.unresolved === 0) return undefined
      return finding('early', `the run was completed although ${openTask(ledger)}`, fact.seq)
    }
    if (fact.type === 'manager.asked') {
      state.asked.add(fact.approval)
      return undefined
    }
    if (fact.type === 'approval.given' && !state.asked.has(fact.approval)) return undefined
    // Nobody has asked for a twin; what it finds is told as of the task beside which it stands.
    if (TELLS[fact.type] === 'outcome' && hedgedId((fact as { task: string }).task) !== undefined) return undefined
    state.seqs.push(fact.seq)
    state.kinds.push(TELLS[fact.type] as MessageKind)
    if (fact.type !== 'attempt.emitted' && fact.type !== 'task.discovered') return undefined
    const task = ledger.task(fact.task)
    if (task === undefined || task.lease?.epoch === fact.epoch) return undefined
    const sentence = `${fact.type} of ${fact.task} was taken from attempt ${fact.epoch}, which held no lease`
    return finding('late', sentence, task.lastEndSeq, fact.seq)
  },
  blindSpot: () =>
    'whether the parts of one attempt are complete, and what the fold of a manager makes of them, is not in the log',
})

// ---------------------------------------------------------------------------------------------

function wrongMessage(
  state: Untold,
  { kind, ref, seq }: FactOf<'message.delivered'>,
  ledger: Ledger,
): Finding<Clause> | undefined {
  if (kind === 'woke') return undefined
  const { seqs, kinds, next } = state
  const due = seqs[next]
  if (kind === 'settled') {
    if (ledger.unresolved === 0 && due === undefined) return undefined
    const why = due === undefined ? openTask(ledger) : `it was not told of fact ${due}`
    return finding('settled', `the manager was told that all is settled although ${why}`, due ?? 0, seq)
  }
  if (due === undefined || ref < due) {
    return finding('order', `the manager was told of fact ${ref} twice, or it is nothing to tell of`, ref, seq)
  }
  if (ref > due) {
    // What was left out is blamed once.
    while ((seqs[state.next] ?? ref) < ref) state.next += 1
    if (seqs[state.next] === ref) state.next += 1
    return finding('order', `the manager was told of fact ${ref} before fact ${due}`, due, seq)
  }
  state.next = next + 1
  if (kinds[next] === kind) return undefined
  const sentence = `the manager was told of fact ${ref} under the kind ${kind}, but it is of the kind ${kinds[next]}`
  return finding('kind', sentence, ref, seq)
}

function openTask(ledger: Ledger): string {
  for (const task of ledger.tasks.values()) {
    if (!isOutcome(task.status) && !task.superseded) return `${task.id} was still ${task.status}`
  }
  return 'a task had no outcome'
}
