import { defineInvariant, finding } from '../invariant.ts'

/** Messages to the manager and placements, per task and attempt. */
const PER_TASK_MAX = 20

export const chatter = defineInvariant({
  id: 'Q8',
  title: 'chatter',
  sentence: 'The manager is told, and tasks are moved, a bounded number of times per task and attempt.',
  clauses: { chatty: 'There were more messages and moves than the tasks account for.' },
  watches: ['message.delivered', 'task.placed', 'task.assigned', 'run.completed', 'run.failed'],
  needs: [['run.completed', 'run.failed']],
  initial: () => ({ count: 0, attempts: 0 }),
  onFact(state, fact, ledger) {
    switch (fact.type) {
      case 'task.assigned':
        state.attempts += 1
        return undefined
      case 'message.delivered':
        // What workers report is theirs to say.
        if (fact.kind !== 'discovered' && fact.kind !== 'emitted') state.count += 1
        return undefined
      case 'task.placed':
        state.count += 1
        return undefined
      default: {
        const most = PER_TASK_MAX * (1 + ledger.total + state.attempts)
        if (state.count <= most) return undefined
        const sentence = `${state.count} messages and moves for ${ledger.total} tasks and ${state.attempts} attempts`
        return finding('chatty', sentence, fact.seq)
      }
    }
  },
})
