import { BosunError, type DurableFact } from '@bosun/core'
import { encodeFact, type Blob } from './fact-codec.ts'
import { headAfter } from './run-head.ts'
import { toError, type ThreadClient } from './thread-client.ts'
import type { AppendEntry, Refusal } from './thread-protocol.ts'

/** Facts of one message to the thread, hence of one transaction; one append is never split. */
export const GROUP_FACTS_MAX = 2000
/** Messages under way: while one commits, the next is ready. */
const MESSAGES_MAX = 2

/**
 * Groups appends: what is asked while two messages are under way goes with the next, so the slower
 * the disk, the larger the transactions.
 */
export class AppendQueue {
  readonly #thread: ThreadClient
  #waiting: Waiting[] = []
  #underWay = 0
  #scheduled = false

  constructor(thread: ThreadClient) {
    this.#thread = thread
  }

  append(run: string, epoch: number, expectedSeq: number, facts: readonly DurableFact[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = toEntry(run, epoch, expectedSeq, facts)
      this.#waiting.push({ entry, resolve, reject })
      this.#schedule()
    })
  }

  /** Sends what waits, so that whatever is asked of the thread next comes after it. */
  flush(): void {
    while (this.#waiting.length > 0) void this.#send(this.#takeGroup())
  }

  #schedule(): void {
    if (this.#scheduled || this.#underWay >= MESSAGES_MAX) return
    this.#scheduled = true
    // Not at once: appends of the same turn share a transaction.
    queueMicrotask(() => {
      this.#scheduled = false
      while (this.#waiting.length > 0 && this.#underWay < MESSAGES_MAX) void this.#send(this.#takeGroup())
    })
  }

  #takeGroup(): Waiting[] {
    let facts = 0
    let count = 0
    for (const { entry } of this.#waiting) {
      facts += entry.texts.length
      if (count > 0 && facts > GROUP_FACTS_MAX) break
      count += 1
    }
    return this.#waiting.splice(0, count)
  }

  async #send(group: readonly Waiting[]): Promise<void> {
    this.#underWay += 1
    const entries = group.map(({ entry }) => entry)
    let refusals: readonly (Refusal | undefined)[] = []
    let failure: unknown
    try {
      refusals = await this.#thread.ask('append', entries)
    } catch (error) {
      failure = error
    }
    this.#underWay -= 1
    this.#schedule()
    for (const [index, { resolve, reject }] of group.entries()) {
      const refusal = refusals[index]
      if (failure !== undefined) reject(failure)
      else if (refusal !== undefined) reject(toError(refusal))
      else resolve()
    }
  }
}

interface Waiting {
  readonly entry: AppendEntry
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

function toEntry(run: string, epoch: number, expectedSeq: number, facts: readonly DurableFact[]): AppendEntry {
  const texts: string[] = []
  const blobs: Blob[] = []
  for (const fact of facts) {
    const encoded = encodeFact(fact)
    texts.push(encoded.text)
    blobs.push(...encoded.blobs)
  }
  return { run, epoch, expectedSeq, texts, blobs, head: headAfter(facts) }
}

/** Facts must continue the log without a gap. */
export function checkNumbers(run: string, expectedSeq: number, facts: readonly DurableFact[]): void {
  for (let index = 0; index < facts.length; index += 1) {
    const { seq } = facts[index] as DurableFact
    if (seq === expectedSeq + index + 1) continue
    throw new BosunError('JOURNAL_CONFLICT', {
      at: `run ${run}, facts[${index}].seq`,
      expected: `${expectedSeq + index + 1}`,
      received: `${seq}`,
    })
  }
}
