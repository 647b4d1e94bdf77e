import { expect, it } from 'vitest'
import { FactSchema } from './fact-schema.ts'

const assigned = {
  seq: 7,
  at: 1,
  cause: 3,
  type: 'task.assigned',
  task: 'a',
  epoch: 1,
  worker: 'w',
  slot: 'w/1',
  rule: 'fifo/first-fit',
  retry: 0,
  deadline: 9,
}

it('T-32: reads a fact that has its shape', () => {
  expect(FactSchema.parse(assigned)).toEqual(assigned)
})

it.each([
  ['an unknown type', { ...assigned, type: 'task.guessed' }],
  ['a missing member', { ...assigned, epoch: undefined }],
  ['an unknown member', { ...assigned, extra: 1 }],
  ['an epoch of 0', { ...assigned, epoch: 0 }],
  ['a durable fact without a number', { ...assigned, seq: 0 }],
  ['a volatile fact with a number', { seq: 4, at: 1, cause: 1, type: 'attempt.beat', task: 'a', epoch: 1 }],
  [
    'an error code that is not in the registry',
    { seq: 1, at: 1, cause: 1, type: 'task.failed', task: 'a', error: { code: 'NOPE', message: '' } },
  ],
])('T-32: refuses %s, instead of guessing', (_what, fact) => {
  expect(FactSchema.safeParse(fact).success).toBe(false)
})

it('a change of one limit says nothing of the others', () => {
  const changed = { seq: 1, at: 1, cause: 1, type: 'limits.changed', limits: { slotsMax: 2 }, by: 'user' }
  expect(FactSchema.parse(changed)).toEqual(changed)
})
