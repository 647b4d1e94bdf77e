import { APPROVALS } from './catalogue/approvals.fixture.ts'
import { CANCEL } from './catalogue/cancel.fixture.ts'
import { CAPS } from './catalogue/caps.fixture.ts'
import { GRAPH } from './catalogue/graph.fixture.ts'
import { GROUPS } from './catalogue/groups.fixture.ts'
import { JOURNAL } from './catalogue/journal.fixture.ts'
import { OWNERSHIP } from './catalogue/ownership.fixture.ts'
import { RETRY } from './catalogue/retry.fixture.ts'
import { ROLES } from './catalogue/roles.fixture.ts'
import { SCHEDULING } from './catalogue/scheduling.fixture.ts'
import { HEDGING } from './catalogue/hedging.fixture.ts'
import { STEALING } from './catalogue/stealing.fixture.ts'
import type { Mutant } from './mutant.fixture.ts'

/** Every seeded bug, in the order of the matrix. */
export const MUTANTS: readonly Mutant[] = [
  ...OWNERSHIP,
  ...GRAPH,
  ...CAPS,
  ...GROUPS,
  ...RETRY,
  ...SCHEDULING,
  ...STEALING,
  ...HEDGING,
  ...CANCEL,
  ...JOURNAL,
  ...ROLES,
  ...APPROVALS,
]
