import { BosunError } from '@bosun/core'

/** Refuses a frozen plan of which the run would make another one, because its workers are others by now. @throws PLAN_INVALID */
export function assertFrozen(frozen: string, received: string, plan = 'the plan'): void {
  if (received === frozen) return
  throw new BosunError('PLAN_INVALID', {
    at: plan,
    summary: 'The workers make another plan of it than when it was saved: they state other outputs',
    expected: frozen,
    received,
    fix: 'Save it again with `bosun plan --save`.',
  })
}
