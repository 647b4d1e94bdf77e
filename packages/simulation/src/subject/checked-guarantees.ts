import { BosunError, GUARANTEES, type Guarantee, type Strategy } from '@bosun/core'

/**
 * What a strategy promises. A promise that nobody knows would be judged by no invariant, so a slip of
 * the pen would pass for one that was kept. Throws SUBJECT_INVALID for it.
 */
export function checkedGuarantees({ name, guarantees = [] }: Strategy): readonly Guarantee[] {
  const isKnown = Array.isArray(guarantees) && guarantees.every((guarantee) => GUARANTEES.includes(guarantee))
  if (isKnown) return guarantees
  throw new BosunError('SUBJECT_INVALID', {
    at: `strategy "${name}".guarantees`,
    summary: 'The strategy declares a guarantee that nobody can judge.',
    expected: `a list of any of ${GUARANTEES.join(', ')}`,
    received: JSON.stringify(guarantees) ?? 'nothing',
    fix: 'Correct the name; state what is your own as an invariant, in `check.ownInvariants`.',
  })
}
