import type { Fact } from '@bosun/core'
import type { PerTask } from './certificate.ts'
import { distributionOf } from './distribution.ts'

/** Counts, over many runs, what one task costs the manager and the kernel. */
export class PerTaskCounts {
  readonly #messages: number[] = []
  readonly #facts: number[] = []
  readonly #attempts: number[] = []

  add(facts: readonly Fact[]): void {
    const count = (type: Fact['type']) => facts.filter((fact) => fact.type === type).length
    const tasks = count('task.added')
    if (tasks === 0) return
    this.#messages.push(count('message.delivered') / tasks)
    this.#facts.push(facts.filter(({ seq }) => seq > 0).length / tasks)
    this.#attempts.push(count('task.assigned') / tasks)
  }

  summary(): PerTask {
    return {
      messages: distributionOf(this.#messages),
      facts: distributionOf(this.#facts),
      attempts: distributionOf(this.#attempts),
    }
  }
}
