import { composeStrategy } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import { settingOf } from './check-options.ts'

const subject = { kind: 'strategy', strategy: composeStrategy({ name: 'mine' }) } as const

describe('the options of a check', () => {
  it.each([
    ['check', { wrokers: {} }],
    ['check.scope', { scope: { tasks: 3 } }],
    ['check.scope.tasksMax', { scope: { tasksMax: 0 } }],
    ['check.scope.faults.0', { scope: { faults: ['nonesuch'] } }],
    ['check.limits.slotsMax', { limits: { slotsMax: 'many' } }],
    ['check.workers.dig', { workers: { dig: 'a worker' } }],
    ['check.ownInvariants', { ownInvariants: {} }],
  ])('are refused where they mean nothing, at %s', (at, options) => {
    expect(() => settingOf(subject, options as never)).toThrow(
      expect.objectContaining({ code: 'SUBJECT_INVALID', at }) as Error,
    )
  })

  it('may name what is to be as it is by default', () => {
    expect(settingOf(subject, { scope: { tasksMax: 3 }, limits: { slotsMax: 2 } }).scope.tasksMax).toBe(3)
  })
})
