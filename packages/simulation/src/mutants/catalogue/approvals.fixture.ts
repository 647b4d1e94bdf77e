import { kernel, world, type Mutant } from '../mutant.fixture.ts'

/** What waits for people, and what they say. */
export const APPROVALS: readonly Mutant[] = [
  {
    name: 'answered-twice',
    defect: 'A second answer to a question counts as well, as does one after its end.',
    edits: [
      kernel(
        'decide/answer-approval.ts',
        'if (record === undefined || !state.openApprovals.has(record)) return',
        'if (record === undefined) return',
      ),
      kernel(
        'state/approvals.ts',
        '!state.openApprovals.delete(record)',
        '(state.openApprovals.delete(record), false)',
      ),
    ],
    killers: ['S23'],
  },
  {
    name: 'asked-again',
    defect: 'The next attempt of a task asks anew what was asked and answered before.',
    edits: [
      kernel(
        'decide/answer-approval.ts',
        '(approval) => approval.call?.key === call.key)',
        '(approval) => approval.call?.key === call.key && approval.waitingEpoch === epoch)',
      ),
    ],
    killers: ['S23'],
  },
  {
    name: 'questions-forgotten',
    defect: 'A manager that takes over does not know what its predecessor has asked.',
    edits: [
      kernel(
        'state/evolve.ts',
        'state.managerEpoch = fact.managerEpoch',
        'state.managerEpoch = fact.managerEpoch\n    for (const task of state.tasks) task.approvals = undefined',
      ),
    ],
    killers: ['S23'],
  },
  {
    name: 'waits-on-the-clock',
    defect: 'What an attempt waits for a person counts as its time.',
    edits: [
      kernel('state/worked-time.ts', 'return waits > 0 ? waitsSince : at', 'return waits >= 0 ? at : waitsSince'),
      kernel('state/worked-time.ts', ' - live.assignedAt - live.waitedMs', ' - live.assignedAt'),
    ],
    killers: ['S13'],
  },
  {
    name: 'denial-not-told',
    defect: 'The attempt that waits hears of a grant and not of a denial.',
    edits: [
      kernel(
        'decide/answer-approval.ts',
        'if (waiting !== undefined) apply(',
        'if (waiting !== undefined && granted) apply(',
      ),
    ],
    killers: ['S23'],
  },
  {
    name: 'any-answer-grants',
    defect: 'An attempt that asks what was denied before is let pass.',
    edits: [
      kernel('decide/answer-approval.ts', 'known.approval, known.answer.granted)', 'known.approval, true)'),
      kernel('state/approvals.ts', 'record?.answer?.granted !== fact.granted', 'record?.answer === undefined'),
    ],
    killers: ['S23'],
  },
  {
    name: 'settled-while-asking',
    defect: 'The run counts as settled while the manager waits for a person.',
    edits: [kernel('views/messages.ts', ' || state.openApprovals.size > 0', '')],
    killers: ['S23'],
  },
  {
    name: 'call-not-held',
    defect: 'A call that needs a person is made as soon as the question is asked.',
    edits: [
      world(
        'world/simulated-attempt.ts',
        'question: HELD_TOOL, call })\n',
        "question: HELD_TOOL, call })\n    this.answer('a1', true)\n",
      ),
    ],
    killers: ['S23'],
  },
]
