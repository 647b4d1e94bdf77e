import type { Command, DurableFact, Journal, Owner, RunSummary } from '@bosun/core'

/** Everything that can be asked of the journal behind a `WrappedJournal`. */
type Append = (facts: readonly DurableFact[], write: () => Promise<void>) => Promise<void>

/** Another journal, with a hand on every append. */
export class WrappedJournal implements Journal {
  readonly inner: Journal
  /** What an append does; may be changed at any time. */
  onAppend: Append = (_facts, write) => write()
  /** What every acquisition does. */
  onAcquire: (acquire: () => Promise<number>) => Promise<number> = (acquire) => acquire()
  acquisitionsCount = 0

  constructor(inner: Journal) {
    this.inner = inner
  }

  acquire(run: string, owner: Owner, how?: { readonly takeOver?: boolean }): Promise<number> {
    this.acquisitionsCount += 1
    return this.onAcquire(() => this.inner.acquire(run, owner, how))
  }

  append(run: string, managerEpoch: number, expectedSeq: number, facts: readonly DurableFact[]): Promise<void> {
    return this.onAppend(facts, () => this.inner.append(run, managerEpoch, expectedSeq, facts))
  }

  read(run: string, from?: number): AsyncIterable<readonly DurableFact[]> {
    return this.inner.read(run, from)
  }

  exportRun(run: string): AsyncIterable<string> {
    return this.inner.exportRun(run)
  }

  remove(run: string): Promise<void> {
    return this.inner.remove(run)
  }

  renew(run: string, managerEpoch: number): Promise<void> {
    return this.inner.renew(run, managerEpoch)
  }

  release(run: string, managerEpoch: number): Promise<void> {
    return this.inner.release(run, managerEpoch)
  }

  runs(): Promise<readonly RunSummary[]> {
    return this.inner.runs()
  }

  submit(run: string, command: Omit<Command, 'id'>): Promise<number> {
    return this.inner.submit(run, command)
  }

  commands(run: string): Promise<readonly Command[]> {
    return this.inner.commands(run)
  }

  settle(run: string, id: number, seq: number): Promise<void> {
    return this.inner.settle(run, id, seq)
  }

  isSettled(run: string, id: number): Promise<boolean> {
    return this.inner.isSettled(run, id)
  }

  watchCommands(run: string, wake: () => void): () => void {
    return this.inner.watchCommands(run, wake)
  }

  close(): Promise<void> {
    return this.inner.close()
  }
}
