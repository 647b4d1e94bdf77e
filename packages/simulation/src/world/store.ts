import { isDurable, type Fact } from '@bosun/core'

/** What became of a write. */
export type Written = 'stored' | 'refused' | 'fenced'

/**
 * A journal as the simulated manager sees it: one write is stored whole or not at all, and only for
 * the manager that owns the run.
 */
export class SimulatedStore {
  readonly facts: Fact[] = []
  #ownerEpoch = 0

  get seq(): number {
    return this.facts.length
  }

  /** Takes the run over: whoever wrote before is fenced. */
  acquire(managerEpoch: number): void {
    this.#ownerEpoch = managerEpoch
  }

  append(managerEpoch: number, facts: readonly Fact[]): Written {
    if (managerEpoch !== this.#ownerEpoch) return 'fenced'
    const first = facts.find(isDurable)
    if (first !== undefined && first.seq !== this.seq + 1) return 'refused'
    for (const fact of facts) if (isDurable(fact)) this.facts.push(fact)
    return 'stored'
  }
}
