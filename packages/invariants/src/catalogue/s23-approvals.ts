import { isOutcome, type FactOf } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { Ledger } from '../ledger/ledger.ts'

type Clause = 'question' | 'again' | 'unasked' | 'twice' | 'closed' | 'unheard' | 'applied' | 'call' | 'silent'

interface Question {
  readonly seq: number
  /** Absent where the manager asks. */
  readonly task: string | undefined
  readonly key: string
  readonly request: string
  granted: boolean | undefined
  givenSeq: number
  /** The attempt that waits; 0 while none does. */
  waiting: number
}

interface Asked {
  readonly questions: Map<string, Question>
  /** Ids of questions by task and call. */
  readonly byCall: Map<string, string>
  /** Answers that reached a call, as `task@epoch approval`. */
  readonly passed: Set<string>
  /** Answers of this input that the waiting attempt has not been told yet. */
  readonly untold: Set<Question>
}

/**
 * A call leaves no durable fact, but the answer that let it pass does: `approval.applied` stands before
 * the gateway lets go. Where calls are in the log, as in a live trace, they are held against it. That
 * the wait does not use up the time of an attempt is judged by S13.
 */
export const approvals = defineInvariant({
  id: 'S23',
  title: 'approvals',
  sentence:
    'What waits for a person goes on by the one recorded answer to its question and by nothing else, and is asked once.',
  clauses: {
    question: 'A question was asked for an attempt that is not at work, under the id of another one, or after the end.',
    again: 'What waits for an answer already was asked once more, by the same attempt or under a second id.',
    unasked: 'An answer was given to something that nobody had asked.',
    twice: 'A question was answered a second time.',
    closed: 'A question was answered after its task or the run had ended.',
    applied: 'A call was told an answer that nobody had given, or another task’s, or when its attempt was over.',
    unheard: 'An attempt waits on although its question was answered.',
    call: 'A call went through that a person had to permit, and had not.',
    silent: 'The run was held to be settled while the manager waited for an answer.',
  },
  watches: [
    'approval.requested',
    'manager.asked',
    'approval.given',
    'approval.applied',
    'attempt.lost',
    'attempt.failed',
    'attempt.succeeded',
    'attempt.revoked',
    'tool.called',
    'message.delivered',
  ],
  needs: [['approval.requested', 'manager.asked']],
  initial: (): Asked => ({
    questions: new Map(),
    byCall: new Map(),
    passed: new Set(),
    untold: new Set(),
  }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    switch (fact.type) {
      case 'approval.requested':
        return requested(state, fact, ledger)
      case 'manager.asked':
        return askedByManager(state, fact, ledger)
      case 'approval.given':
        return given(state, fact, ledger)
      case 'approval.applied':
        return applied(state, fact, ledger)
      case 'tool.called':
        return called(state, fact, ledger)
      case 'message.delivered':
        return fact.kind === 'settled' ? settled(state, fact) : undefined
      default:
        return ended(state, fact)
    }
  },
  atQuiescence(state): Finding<Clause> | undefined {
    for (const question of state.untold) {
      state.untold.clear()
      const sentence = `attempt ${question.waiting} of ${question.task} was not told the answer that it waits for`
      return finding('unheard', sentence, question.seq, question.givenSeq)
    }
    return undefined
  },
  blindSpot: (ledger) =>
    ledger.live
      ? undefined
      : 'a journal holds no tool calls; that each waited is taken from the answers they were told',
})

// ---------------------------------------------------------------------------------------------

function requested(
  state: Asked,
  { seq, approval, task: id, epoch, call }: FactOf<'approval.requested'>,
  ledger: Ledger,
): Finding<Clause> | undefined {
  const task = ledger.task(id)
  const place = `${id} ${call.key}`
  const known = state.questions.get(approval)
  if (known === undefined) {
    const other = state.byCall.get(place)
    state.questions.set(approval, newQuestion(seq, { task: id, key: call.key, waiting: epoch }))
    if (other !== undefined) {
      const sentence = `${id} asks again, as ${approval}, what ${other} asks: ${call.tool}`
      return finding('again', sentence, state.questions.get(other)?.seq ?? 0, seq)
    }
    state.byCall.set(place, approval)
  } else if (known.task !== id || known.key !== call.key || known.granted !== undefined) {
    return finding(
      'question',
      `${approval} was asked by attempt ${epoch} of ${id}, but is another question`,
      known.seq,
      seq,
    )
  } else if (known.waiting === epoch) {
    return finding('again', `attempt ${epoch} of ${id} asks ${approval} while it waits for it already`, known.seq, seq)
  } else known.waiting = epoch
  if (task?.lease?.epoch === epoch && ledger.endedSeq === 0) return undefined
  return finding('question', `attempt ${epoch} of ${id} asks ${approval}, but is not at work`, task?.seq ?? 0, seq)
}

function askedByManager(
  state: Asked,
  { seq, approval, request }: FactOf<'manager.asked'>,
  ledger: Ledger,
): Finding<Clause> | undefined {
  const known = state.questions.get(approval)
  state.questions.set(approval, newQuestion(seq, { task: undefined, key: '', waiting: 0, request }))
  if (known !== undefined)
    return finding('question', `the manager asks ${approval}, which is another question`, known.seq, seq)
  return ledger.endedSeq === 0
    ? undefined
    : finding('question', `${approval} was asked after the end`, ledger.endedSeq, seq)
}

function newQuestion(
  seq: number,
  about: { task: string | undefined; key: string; waiting: number; request?: string },
): Question {
  return { seq, request: '', ...about, granted: undefined, givenSeq: 0 }
}

function given(
  state: Asked,
  { seq, approval, granted, by }: FactOf<'approval.given'>,
  ledger: Ledger,
): Finding<Clause> | undefined {
  const question = state.questions.get(approval)
  if (question === undefined) return finding('unasked', `${by} answered ${approval}, which nobody had asked`, seq)
  if (question.granted !== undefined) {
    return finding('twice', `${by} answered ${approval}, which was answered already`, question.givenSeq, seq)
  }
  question.granted = granted
  question.givenSeq = seq
  const task = question.task === undefined ? undefined : ledger.task(question.task)
  if (task?.lease !== undefined && task.lease.epoch === question.waiting) state.untold.add(question)
  const over =
    ledger.endedSeq > 0 ? ledger.endedSeq : task !== undefined && isOutcome(task.status) ? task.outcomeSeq : 0
  return over === 0 ? undefined : finding('closed', `${by} answered ${approval}, which was closed`, over, seq)
}

function applied(state: Asked, fact: FactOf<'approval.applied'>, ledger: Ledger): Finding<Clause> | undefined {
  const { seq, approval, task: id, epoch, granted } = fact
  const question = state.questions.get(approval)
  if (granted) state.passed.add(`${id}@${epoch} ${approval}`)
  if (question !== undefined) {
    state.untold.delete(question)
    if (question.waiting === epoch) question.waiting = 0
  }
  if (question?.granted !== granted || question.task !== id) {
    const sentence = `attempt ${epoch} of ${id} was told that ${approval} is ${granted ? 'granted' : 'denied'}, which nobody had said`
    return finding('applied', sentence, question?.seq ?? 0, seq)
  }
  if (ledger.task(id)?.lease?.epoch === epoch) return undefined
  return finding(
    'applied',
    `attempt ${epoch} of ${id} was told of ${approval} when it was over`,
    question.givenSeq,
    seq,
  )
}

/** A rule without a specifier covers every call of its tool; of the others only the gateway knows. */
function called(
  state: Asked,
  { task, epoch, tool, approval }: FactOf<'tool.called'>,
  ledger: Ledger,
): Finding<Clause> | undefined {
  if (approval !== undefined) {
    if (state.passed.has(`${task}@${epoch} ${approval}`)) return undefined
    const sentence = `attempt ${epoch} of ${task} called ${tool} by ${approval}, which had not let it pass`
    return finding('call', sentence, state.questions.get(approval)?.seq ?? 0)
  }
  if (ledger.config?.policy.ask?.includes(tool) !== true) return undefined
  const sentence = `attempt ${epoch} of ${task} called ${tool}, which waits for a person, without an answer`
  return finding('call', sentence, ledger.task(task)?.lease?.seq ?? 0)
}

function settled(state: Asked, { seq }: FactOf<'message.delivered'>): Finding<Clause> | undefined {
  for (const [approval, question] of state.questions) {
    if (question.task !== undefined || question.granted !== undefined) continue
    return finding('silent', `the run was settled while the manager waited for ${approval}`, question.seq, seq)
  }
  return undefined
}

/** Its question stays; whoever asks it next waits anew. */
function ended(
  state: Asked,
  { task, epoch }: FactOf<'attempt.lost' | 'attempt.failed' | 'attempt.succeeded' | 'attempt.revoked'>,
): undefined {
  for (const question of state.questions.values()) {
    if (question.task !== task || question.waiting !== epoch) continue
    state.untold.delete(question)
    question.waiting = 0
  }
}
