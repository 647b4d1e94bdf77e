import { isOutcome } from '@bosun/core'
import { defineInvariant, finding, type Invariant } from '@bosun/invariants'
import { commutative, fanOut, mapReduce, pipeline, task } from '@bosun/managers'
import type { CheckOptions } from '@bosun/simulation'

const ROUNDS_MAX = 3

/** Numbers that are stepped until their sum is large: a list, a nested map-reduce, a stage that may be left out, a loop. */
export default pipeline({
  name: 'pipeline',
  stages: [
    {
      name: 'step',
      run: fanOut({
        name: 'step',
        start: (numbers: number[]) => numbers.map((n, at) => task('step', n, { id: `s${at}` })),
      }),
    },
    {
      name: 'sum',
      run: mapReduce({
        name: 'sum',
        map: (numbers: number[]) => [
          ...numbers.map((n, at) => task('keep', n, { id: `k${at}` })),
          task('keep', 0, { id: 'aside', wait: 'detached' }),
        ],
        reduce: commutative((all: number, one: number) => all + one, 0),
      }),
    },
    {
      name: 'halve',
      when: (sum: number) => sum > 20,
      run: (sum: number) => task('keep', Math.floor(sum / 2), { id: 'it' }),
    },
    {
      name: 'check',
      join: ['sum/aside'],
      run: (sum: number) => task('keep', sum, { id: 'it' }),
      repeat: { from: 'step', roundsMax: ROUNDS_MAX, input: (sum: number) => (sum < 9 ? [sum] : undefined) },
      rerunsMax: 1,
    },
  ],
})

/** A stage begins when all that it is to wait for has ended. */
export const stagesInOrder = defineInvariant({
  id: 'PL1',
  title: 'stages in order',
  sentence: 'A stage begins when every task of the one before that somebody waits for has succeeded or is waived.',
  clauses: { early: 'A stage began too early.', rounds: 'A stage was begun more often than its loop allows.' },
  watches: ['task.added'],
  initial: () => ({}),
  onFact(_state, { task: added, seq }, ledger) {
    const [stage = ''] = added.id.split('/')
    const round = Number(stage.split(':')[1] ?? 1)
    // A rerun of the last stage counts as a time, too.
    if (round > ROUNDS_MAX + 1) return finding('rounds', `${added.id} is of round ${round}`, seq)
    for (const { id, status, spec } of ledger.tasks.values()) {
      if (id.startsWith(`${stage}/`) || spec.wait === 'detached' || isOutcome(status)) continue
      return finding('early', `${added.id} was added while ${id} was ${status}`, seq)
    }
    return undefined
  },
}) as unknown as Invariant

export const check: CheckOptions = {
  goal: (random) => Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * 12)),
  workers: {
    step: (body, random) => ({ result: Number(body) + 1, ...(random() < 0.1 ? { throws: 'It broke.' } : {}) }),
    keep: (body, random) => ({ result: body, ...(random() < 0.05 ? { throws: 'It broke.' } : {}) }),
  },
  policy: { waive: ['failed', 'skipped'] },
  ownInvariants: [stagesInOrder],
}
