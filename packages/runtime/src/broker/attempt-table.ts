import type { AttemptKey } from '@bosun/core'

/** What an attempt table holds; `next` belongs to the table. */
export interface AttemptEntry<E> {
  readonly key: AttemptKey
  next: E | undefined
}

/**
 * Entries by attempt: a hash table whose chains run through the entries themselves.
 *
 * Attempts come and go for as long as a run lasts, while few are held at a time. A `Map` is slow at
 * that: it wants one text per attempt, and it makes a new table every few changes, whose
 * predecessors keep alive what was in them. Here nothing is made for an entry but the entry, and the
 * table grows only when more are held than ever before.
 */
export class AttemptTable<E extends AttemptEntry<E>> {
  /** A power of two of chains. */
  #chains: (E | undefined)[] = emptyChains(64)
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: AttemptKey): E | undefined {
    return this.find(key.run, key.task, key.epoch)
  }

  find(run: string, task: string, epoch: number): E | undefined {
    let entry = this.#chains[hashOf(task, epoch) & (this.#chains.length - 1)]
    while (entry !== undefined && !isOf(entry.key, run, task, epoch)) entry = entry.next
    return entry
  }

  /** Adds an entry whose attempt has none. */
  add(entry: E): void {
    this.#size += 1
    if (this.#size > this.#chains.length) this.#grow()
    this.#link(entry)
  }

  /** Takes off this very entry; false when it is not held. */
  delete(entry: E): boolean {
    const { task, epoch } = entry.key
    const chain = hashOf(task, epoch) & (this.#chains.length - 1)
    let before: E | undefined
    let held = this.#chains[chain]
    while (held !== undefined && held !== entry) {
      before = held
      held = held.next
    }
    if (held === undefined) return false
    if (before === undefined) this.#chains[chain] = entry.next
    else before.next = entry.next
    entry.next = undefined
    this.#size -= 1
    return true
  }

  /** All entries, in no order. */
  entries(): E[] {
    const all: E[] = []
    for (const first of this.#chains) for (let entry = first; entry !== undefined; entry = entry.next) all.push(entry)
    return all
  }

  #link(entry: E): void {
    const { task, epoch } = entry.key
    const chain = hashOf(task, epoch) & (this.#chains.length - 1)
    entry.next = this.#chains[chain]
    this.#chains[chain] = entry
  }

  #grow(): void {
    const all = this.entries()
    this.#chains = emptyChains(this.#chains.length * 2)
    for (const entry of all) this.#link(entry)
  }
}

function emptyChains<E>(length: number): (E | undefined)[] {
  return Array.from({ length }, () => undefined)
}

function isOf(key: AttemptKey, run: string, task: string, epoch: number): boolean {
  return key.epoch === epoch && key.task === task && key.run === run
}

/** Ids differ near their ends, so a long one costs no more than a short one. */
function hashOf(task: string, epoch: number): number {
  let hash = epoch
  for (let index = Math.max(0, task.length - 16); index < task.length; index += 1) {
    hash = (Math.imul(hash, 31) + task.charCodeAt(index)) | 0
  }
  return hash ^ (hash >>> 15)
}
