import { defineInvariant, finding } from '../invariant.ts'
import { freeSlotFor, idleTask } from '../ledger/waiting-tasks.ts'

/** Judged when an input is done, because within one the tasks are assigned one after the other. */
export const workConservation = defineInvariant({
  id: 'Q1',
  title: 'work conservation',
  sentence:
    'No slot stays free while a task is ready that it could take within caps, budget, start rate and resources.',
  clauses: { idle: 'A task waited that a free slot could have taken.' },
  needs: ['run.started', 'task.added', 'worker.joined'],
  initial: () => ({ reported: '' }),
  atQuiescence(state, ledger) {
    const task = idleTask(ledger, ledger.at)
    if (task === undefined || task.id === state.reported) return undefined
    state.reported = task.id
    const sentence = `${task.id} waits although ${freeSlotFor(task, ledger) ?? 'a slot'} is free and nothing holds it back`
    return finding('idle', sentence, task.readySeq, ledger.seq)
  },
})
