import { isOutcome } from '@bosun/core'
import { defineInvariant, finding, type Invariant } from '@bosun/invariants'
import { commutative, dynamic, fanOut, pipeline, task, workQueue } from '@bosun/managers'
import type { CheckOptions } from '@bosun/simulation'

const numbered = (count: number) => Array.from({ length: count }, (_, n) => task('step', n, { id: `s${n}` }))

/** A stage for each failure policy of groups, some of them with bounds around. */
export default pipeline({
  name: 'policies',
  stages: [
    { name: 'any', run: fanOut({ name: 'any', start: () => numbered(3), failure: 'any' }) },
    {
      name: 'quorum',
      limits: { slotsMax: 2 },
      run: dynamic({
        name: 'search',
        start: () => numbered(2),
        discovered: (n: number) => task('step', n, { id: `d${n}` }),
        reduce: commutative((count: number) => count + 1, 0),
        failure: { quorum: 3 },
        concurrency: 3,
      }),
    },
    {
      name: 'deadline',
      limits: { deadlineMs: 6_000 },
      run: workQueue({
        name: 'queue',
        items: () => [1, 2, 3, 4, 5],
        task: (n) => task('step', n, { id: `i${n}` }),
        openMax: 2,
      }),
    },
    {
      name: 'retried',
      run: fanOut({ name: 'retried', start: () => numbered(2), failure: { retriesMax: 5 } }),
    },
  ],
})

/** A stage goes on without what its policy has waived, and not without anything else. */
const policiesKept = defineInvariant({
  id: 'PO1',
  title: 'policies kept',
  sentence: 'A stage begins when every task of those before it has succeeded or is waived.',
  clauses: { early: 'A stage began without something that nobody waived.' },
  watches: ['task.added'],
  initial: () => ({}),
  onFact(_state, { task: added, seq }, ledger) {
    const stage = added.id.split('/')[0] ?? ''
    for (const { id, status, superseded } of ledger.tasks.values()) {
      if (id.startsWith(`${stage}/`) || superseded || status === 'succeeded' || ledger.waivers.has(id)) continue
      return finding('early', `${added.id} was added while ${id} was ${isOutcome(status) ? status : 'open'}`, seq)
    }
    return undefined
  },
}) as unknown as Invariant

export const check: CheckOptions = {
  workers: {
    step: (body, random) => ({
      result: body,
      discovered: [2 * Number(body), 2 * Number(body) + 1].filter((n) => n < 9),
      ...(random() < 0.2 ? { throws: 'It broke.' } : {}),
    }),
  },
  // Who is first, and what a deadline cuts off, hangs on the order and the time.
  comparesRuns: false,
  ownInvariants: [policiesKept],
}
