import type { Fact, FactOf } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { Ledger } from '../ledger/ledger.ts'

type Clause = 'first' | 'seq' | 'time' | 'input' | 'unknown' | 'started' | 'message' | 'decided' | 'planner'

interface Order {
  /** Plans that the manager asked for. */
  readonly requests: Set<string>
  /** The latest message, until the manager's decisions on it are in. */
  message: number
}

/**
 * The hash chain is the journal's to check, what a message tells S16's; `foldEquality` checks that
 * folding gives the live state.
 */
export const monotoneLog = defineInvariant({
  id: 'S19',
  title: 'monotone log',
  sentence:
    'Facts are numbered without a gap, time and inputs never go back, and every cause stands before its effect.',
  clauses: {
    first: 'The log does not begin with the start of its run, or the run started twice.',
    seq: 'A fact does not have the number after the one before it.',
    time: 'A fact is older than the one before it.',
    input: 'The facts of one input are torn apart, or inputs go back.',
    unknown: 'A fact tells of a task that is not in the log before it.',
    started: 'An attempt reported its work without having started.',
    message: 'The manager was told of something that is not in the log before.',
    decided: 'The manager decided on something other than the latest message, or twice.',
    planner: 'A planner asked a model for a plan that the manager had not asked for.',
  },
  initial: (): Order => ({ requests: new Set(), message: 0 }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    return wrongPosition(fact, ledger) ?? wrongReference(state, fact, ledger)
  },
})

// ---------------------------------------------------------------------------------------------

function wrongPosition(fact: Fact, ledger: Ledger): Finding<Clause> | undefined {
  if ((fact.type === 'run.started') !== (ledger.facts === 0)) {
    const what =
      fact.type === 'run.started' ? 'the run started twice' : `${fact.type} stands before the start of the run`
    if (fact.type === 'run.started' || ledger.facts === 0) return finding('first', what, fact.seq)
  }
  if (fact.seq !== 0 && fact.seq !== ledger.seq + 1) {
    const sentence = `${fact.type} has the number ${fact.seq} where ${ledger.seq + 1} follows`
    return finding('seq', sentence, ledger.seq, fact.seq)
  }
  if (fact.at < ledger.at) {
    return finding('time', `${fact.type} is of ${fact.at} ms, after a fact of ${ledger.at} ms`, ledger.seq, fact.seq)
  }
  if (fact.cause < ledger.cause) {
    const sentence = `${fact.type} belongs to input ${fact.cause}, after a fact of input ${ledger.cause}`
    return finding('input', sentence, ledger.seq, fact.seq)
  }
  return undefined
}

function wrongReference(state: Order, fact: Fact, ledger: Ledger): Finding<Clause> | undefined {
  switch (fact.type) {
    case 'message.delivered':
      return wrongMessage(state, fact)
    case 'manager.decided': {
      for (const decision of fact.decisions) if (decision.type === 'plan') state.requests.add(decision.request)
      const expected = state.message
      state.message = 0
      if (fact.message === expected) return undefined
      const sentence = `the manager decided on message ${fact.message}, but ${expected === 0 ? 'none' : `message ${expected}`} was before it`
      return finding('decided', sentence, expected, fact.seq)
    }
    case 'planner.called':
      if (state.requests.has(fact.request)) return undefined
      return finding(
        'planner',
        `a planner asked a model for ${fact.request}, which the manager had not asked for`,
        fact.seq,
      )
    case 'spawn.refused':
    case 'result.quarantined':
    case 'task.added':
      return undefined
    case 'task.amended':
      return ledger.tasks.has(fact.task.id) ? undefined : unknown(fact, fact.task.id)
    default:
  }
  if (!('task' in fact)) return undefined
  const task = ledger.task(fact.task)
  if (task === undefined) return unknown(fact, fact.task)
  if (!reportsWork(fact) || task.lease === undefined || task.lease.epoch !== fact.epoch || task.lease.started) {
    return undefined
  }
  const sentence = `${fact.type} of ${fact.task}, attempt ${fact.epoch}, although it had not started`
  return finding('started', sentence, task.lease.seq, fact.seq)
}

function unknown(fact: Fact, id: string): Finding<Clause> {
  return finding('unknown', `${fact.type} tells of ${id}, which is not a task so far`, fact.seq)
}

function reportsWork(
  fact: Fact,
): fact is FactOf<
  | 'attempt.succeeded'
  | 'attempt.emitted'
  | 'attempt.progressed'
  | 'task.discovered'
  | 'tool.called'
  | 'model.called'
  | 'approval.requested'
> {
  return (
    fact.type === 'attempt.succeeded' ||
    fact.type === 'attempt.emitted' ||
    fact.type === 'attempt.progressed' ||
    fact.type === 'task.discovered' ||
    fact.type === 'tool.called' ||
    fact.type === 'model.called' ||
    fact.type === 'approval.requested'
  )
}

function wrongMessage(state: Order, fact: FactOf<'message.delivered'>): Finding<Clause> | undefined {
  state.message = fact.seq
  const { kind, ref } = fact
  if (kind === 'woke' || kind === 'settled') {
    return ref === 0 ? undefined : finding('message', `the message ${kind} refers to fact ${ref}`, ref, fact.seq)
  }
  if (ref < 1 || ref >= fact.seq) {
    return finding('message', `the message ${kind} refers to fact ${ref}, which is not before it`, fact.seq)
  }
  return undefined
}
