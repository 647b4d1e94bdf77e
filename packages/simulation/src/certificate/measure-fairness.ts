import type { Fact, Strategy } from '@bosun/core'
import { distributionOf, type Distribution } from './distribution.ts'
import type { Seeds } from './measure-graphs.ts'

export function measureFairness(
  _strategy: Strategy,
  _seeds: Seeds,
  _seen: (facts: readonly Fact[]) => void,
): Distribution {
  return distributionOf([])
}
