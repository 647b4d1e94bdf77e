import type { Signals } from '@bosun/core'

/** Wake-ups of one process: all that are published in one turn wake a subscriber once. */
export class InProcessSignals implements Signals {
  readonly #subscribers = new Map<string, Set<() => void>>()
  readonly #pending = new Set<string>()

  publish(topic: string): void {
    if (this.#pending.size === 0) queueMicrotask(() => this.#wake())
    this.#pending.add(topic)
  }

  subscribe(topic: string, wake: () => void): () => void {
    const subscribers = this.#subscribers.get(topic) ?? new Set()
    this.#subscribers.set(topic, subscribers)
    subscribers.add(wake)
    return () => {
      subscribers.delete(wake)
      if (subscribers.size === 0 && this.#subscribers.get(topic) === subscribers) this.#subscribers.delete(topic)
    }
  }

  #wake(): void {
    const topics = [...this.#pending]
    this.#pending.clear()
    for (const topic of topics) for (const wake of this.#subscribers.get(topic) ?? []) wake()
  }
}
