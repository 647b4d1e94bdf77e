import type { Fact } from '@bosun/core'
import { from, lastValueFrom, toArray } from 'rxjs'
import { expect, it } from 'vitest'
import { taskOutcomes } from './task-outcomes.ts'

let seq = 0
const fact = (body: object) => ({ seq: (seq += 1), at: 0, cause: 0, ...body }) as unknown as Fact
const of = (task: string) => ({ run: 'r', task, taskType: 'work' })
const error = { code: 'WORKER_THREW', message: 'no' } as const

it('M-36: tells how each task ended, with what it returned or why it did not, from the facts alone', async () => {
  const added = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) =>
    fact({ type: 'task.added', task: { id, type: 'work', body: null }, depth: 0, by: 'manager' }),
  )
  const late = fact({ type: 'result.quarantined', task: 'f', epoch: 1, kind: 'result', value: 'late', error })
  const facts = [
    fact({ type: 'run.started', run: 'r' }),
    ...added,
    ...['a', 'b', 'c', 'f'].map((task) => fact({ type: 'task.assigned', task, epoch: 1 })),
    fact({ type: 'attempt.succeeded', task: 'a', epoch: 1, result: { n: 1 }, outputs: [] }),
    fact({ type: 'task.succeeded', task: 'a', epoch: 1 }),
    fact({ type: 'attempt.failed', task: 'b', epoch: 1, error }),
    fact({ type: 'task.failed', task: 'b', error }),
    fact({ type: 'task.lost', task: 'c', error }),
    fact({ type: 'task.cancelled', task: 'd', by: 'ada', reason: 'enough' }),
    fact({ type: 'task.skipped', task: 'e', because: 'b', outcome: 'failed' }),
    late,
    fact({ type: 'task.assigned', task: 'f', epoch: 2 }),
    fact({ type: 'result.adopted', task: 'f', epoch: 1, quarantined: late.seq, by: 'ada' }),
    fact({ type: 'task.succeeded', task: 'f', epoch: 1 }),
  ]
  expect(await lastValueFrom(from(facts).pipe(taskOutcomes(), toArray()))).toEqual([
    { ...of('a'), attempt: 'r/a@1', outcome: 'succeeded', result: { n: 1 } },
    { ...of('b'), attempt: 'r/b@1', outcome: 'failed', error },
    { ...of('c'), attempt: 'r/c@1', outcome: 'lost', error },
    { ...of('d'), outcome: 'cancelled', error: { code: 'TASK_CANCELLED', message: 'enough' } },
    { ...of('e'), outcome: 'skipped', because: 'b' },
    { ...of('f'), attempt: 'r/f@1', outcome: 'succeeded', result: 'late' },
  ])
})
