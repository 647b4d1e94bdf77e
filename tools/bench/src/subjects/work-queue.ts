import type { Json } from '@bosun/core'
import { defineInvariant, finding, type Invariant } from '@bosun/invariants'
import { commutative, task, workQueue } from '@bosun/managers'
import type { CheckOptions } from '@bosun/simulation'
import { wholeResult } from './whole-result.ts'

const OPEN_MAX = 3

/** More items than may be open at the same time. */
export default workQueue({
  name: 'work-queue',
  *items(count: number) {
    for (let item = 1; item <= count; item += 1) yield item
  },
  task: (item: number) => task('step', item, { id: `i${item}`, priority: item % 3 }),
  openMax: OPEN_MAX,
  reduce: commutative((sum: number, one: number) => sum + one, 0),
})

/** No more tasks are open than the queue is to hold. */
export const queueBound = defineInvariant({
  id: 'WQ1',
  title: 'queue bound',
  sentence: `At most ${OPEN_MAX} tasks are in the queue or being worked on, and all items are drawn.`,
  clauses: { over: 'A task was added beyond the bound.', left: 'The run was completed before all items were drawn.' },
  watches: ['run.started', 'task.added', 'run.completed'],
  initial: () => ({ items: 0 }),
  onFact(state, fact, ledger) {
    if (fact.type === 'run.started') {
      state.items = Number(fact.goal)
      return undefined
    }
    if (fact.type === 'run.completed') {
      if (ledger.tasks.size >= state.items) return undefined
      return finding('left', `${ledger.tasks.size} of ${state.items} items were drawn`, fact.seq)
    }
    if (ledger.unresolved < OPEN_MAX) return undefined
    return finding('over', `${fact.task.id} was added while ${ledger.unresolved} tasks were open`, fact.seq)
  },
}) as unknown as Invariant

const sum = (bodies: readonly Json[]) => bodies.reduce<number>((all, one) => all + Number(one), 0)

export const check: CheckOptions = {
  goal: (random) => Math.floor(random() * 8),
  workers: { step: (body, random) => ({ result: body, ...(random() < 0.1 ? { throws: 'It broke.' } : {}) }) },
  ownInvariants: [queueBound, wholeResult(sum)],
}
