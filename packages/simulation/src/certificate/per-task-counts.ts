import type { QualityMeasures } from '@bosun/invariants'
import type { PerTask } from './certificate.ts'
import { distributionOf } from './distribution.ts'

/** Collects, over many runs, what one task costs. */
export class PerTaskCounts {
  readonly #messages: number[] = []
  readonly #decisions: number[] = []
  readonly #attempts: number[] = []

  add({ tasks, attempts, messagesPerTask, decisionsPerTask }: QualityMeasures): void {
    if (tasks === 0) return
    this.#messages.push(messagesPerTask)
    this.#decisions.push(decisionsPerTask)
    this.#attempts.push(attempts / tasks)
  }

  summary(): PerTask {
    return {
      messages: distributionOf(this.#messages),
      decisions: distributionOf(this.#decisions),
      attempts: distributionOf(this.#attempts),
    }
  }
}
