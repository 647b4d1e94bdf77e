import { composeStrategy } from '@bosun/kernel'
import { fanOut } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { subjectOf } from './subject-of.ts'

it.each([
  ['strategy', composeStrategy({ name: 'mine' })],
  ['manager', fanOut({ name: 'all', start: () => [] })],
  ['planner', { name: 'two', plan: () => ({ tasks: [] }) }],
  [
    'worker',
    defineWorker({ name: 'w', summary: 'x', handles: 'x', body: z.null(), result: z.null(), run: () => null }),
  ],
])('knows a %s by its shape', (kind, value) => {
  expect(subjectOf(value).kind).toBe(kind)
})

const holes = { order: null, placement: null, dispatch: null, retry: null, admission: null, liveness: null }

it.each([undefined, null, 3, 'manager', {}, [], { order: 1 }, holes, { kind: 'worker' }, () => 1])(
  'refuses %j, and says what it expects',
  (value) => {
    expect(() => subjectOf(value)).toThrow(expect.objectContaining({ code: 'SUBJECT_INVALID' }))
  },
)
