import { composeStrategy } from '@bosun/kernel'
import { expect, it } from 'vitest'
import { settingOf } from './check-options.ts'

it.each([{ guarantees: ['linearizable'] }, { guarantees: ['Priority'] }, { guarantees: 'priority' }])(
  'Q3: refuses $guarantees as what a strategy guarantees, since no invariant would judge it',
  ({ guarantees }) => {
    const strategy = composeStrategy({ name: 'mine', guarantees: guarantees as never })
    expect(() => settingOf({ kind: 'strategy', strategy })).toThrow(
      expect.objectContaining({ code: 'SUBJECT_INVALID', at: 'strategy "mine".guarantees' }) as Error,
    )
  },
)

it('Q3: holds a strategy to what it guarantees', () => {
  const strategy = composeStrategy({ name: 'mine', guarantees: ['priority'] })
  expect(settingOf({ kind: 'strategy', strategy }).invariants.map(({ id }) => id)).toContain('Q3')
})
