import { FACT_VERSION, type Command, type DurableFact, type Journal, type Owner, type RunSummary } from '@bosun/core'
import { AppendQueue, checkNumbers } from './append-queue.ts'
import { listenForRing, ring } from './command-bell.ts'
import { decodeBatch } from './decode-batch.ts'
import { exportLine } from './export-line.ts'
import { assertSafeSqlite } from './safe-sqlite.ts'
import { makeStateFolder } from './state-folder.ts'
import { ThreadClient } from './thread-client.ts'
import type { ReadPoint, StoredBatch } from './thread-protocol.ts'

export interface SqliteJournalOptions {
  /** Folder of the state, made with mode 0700 when it is missing. */
  readonly stateDir: string
  /** How long a lock of another process is waited for. Default 5,000. */
  readonly busyTimeoutMs?: number
  /** How often the table of commands is looked at when no wake came. Default 1,000. */
  readonly pollMs?: number
}

/**
 * The journal of one machine: SQLite, one database per run, on a thread of its own.
 *
 * An append that resolved survives the kill of the process and the loss of power. Appends may overlap:
 * what is asked while a transaction runs shares the next one. A failed append leaves open whether its
 * facts are stored: all later appends of the run are refused until it is acquired again, and the log
 * has to be folded anew.
 *
 * @example
 * await using journal = await SqliteJournal.open({ stateDir: '.bosun' })
 * const epoch = await journal.acquire('r1', thisProcess())
 */
export class SqliteJournal implements Journal {
  readonly #stateDir: string
  readonly #pollMs: number
  readonly #thread: ThreadClient
  readonly #queue: AppendQueue
  readonly #watches = new Map<string, Set<() => void>>()
  readonly #endWatches = new Set<() => void>()

  /**
   * Opens the journal of a state folder, and makes the folder when it is missing.
   *
   * @throws SQLITE_UNSAFE, STATE_FOLDER_UNSAFE
   */
  static async open(options: SqliteJournalOptions): Promise<SqliteJournal> {
    assertSafeSqlite()
    makeStateFolder(options.stateDir)
    const journal = new SqliteJournal(options)
    await journal.#thread.ask('open')
    return journal
  }

  private constructor({ stateDir, busyTimeoutMs = 5000, pollMs = 1000 }: SqliteJournalOptions) {
    this.#stateDir = stateDir
    this.#pollMs = pollMs
    this.#thread = new ThreadClient({ stateDir, busyTimeoutMs, factVersion: FACT_VERSION })
    this.#queue = new AppendQueue(this.#thread)
  }

  acquire(run: string, owner: Owner, { takeOver = false }: { readonly takeOver?: boolean } = {}): Promise<number> {
    this.#queue.flush()
    return this.#thread.ask('acquire', run, owner, Date.now(), takeOver)
  }

  async append(run: string, managerEpoch: number, expectedSeq: number, facts: readonly DurableFact[]): Promise<void> {
    checkNumbers(run, expectedSeq, facts)
    await this.#queue.append(run, managerEpoch, expectedSeq, facts)
  }

  async *read(run: string, from = 0): AsyncIterable<readonly DurableFact[]> {
    for await (const batch of this.#batches(run, from)) yield decodeBatch(run, batch)
  }

  /**
   * A run as NDJSON, one line per fact with its hash: what `readFactsFile` reads.
   *
   * @throws RUN_UNKNOWN, JOURNAL_DAMAGED, JOURNAL_VERSION
   */
  async *exportRun(run: string): AsyncIterable<string> {
    for await (const batch of this.#batches(run, 0)) {
      for (const [index, fact] of decodeBatch(run, batch).entries()) yield exportLine(fact, batch.hashes[index] ?? '')
    }
  }

  renew(run: string, managerEpoch: number): Promise<void> {
    return this.#thread.ask('renew', run, managerEpoch, Date.now())
  }

  release(run: string, managerEpoch: number): Promise<void> {
    this.#queue.flush()
    return this.#thread.ask('release', run, managerEpoch)
  }

  runs(): Promise<readonly RunSummary[]> {
    this.#queue.flush()
    return this.#thread.ask('runs')
  }

  /**
   * Drops a run with all it holds.
   *
   * @throws RUN_UNKNOWN, RUN_BUSY while its manager lives
   */
  remove(run: string): Promise<void> {
    this.#queue.flush()
    return this.#thread.ask('remove', run)
  }

  async submit(run: string, command: Omit<Command, 'id'>): Promise<number> {
    const id = await this.#thread.ask('submit', run, command)
    const here = this.#watches.get(run)
    if (here === undefined) await ring(this.#stateDir, run)
    else for (const wake of here) wake()
    return id
  }

  commands(run: string): Promise<readonly Command[]> {
    return this.#thread.ask('commands', run)
  }

  settle(run: string, id: number, seq: number): Promise<void> {
    return this.#thread.ask('settle', run, id, seq)
  }

  isSettled(run: string, id: number): Promise<boolean> {
    return this.#thread.ask('isSettled', run, id)
  }

  watchCommands(run: string, wake: () => void): () => void {
    const here = this.#watches.get(run) ?? new Set()
    this.#watches.set(run, here.add(wake))
    const endRing = listenForRing(this.#stateDir, run, wake)
    const endPoll = this.#poll(run, wake)
    const end = (): void => {
      here.delete(wake)
      if (here.size === 0) this.#watches.delete(run)
      endRing()
      endPoll()
      this.#endWatches.delete(end)
    }
    this.#endWatches.add(end)
    return end
  }

  /** Waits for what is under way, gives held runs up and ends the thread. */
  async close(): Promise<void> {
    for (const end of this.#endWatches) end()
    this.#queue.flush()
    await this.#thread.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  // ----------------------------------------------------------------------------------------------

  /** Asks for the next batch while the caller works on the last. */
  async *#batches(run: string, from: number): AsyncIterable<StoredBatch> {
    this.#queue.flush()
    let point: ReadPoint = { seq: from, hash: undefined }
    let next = this.#thread.ask('read', run, point)
    for (;;) {
      const batch = await next
      if (batch.more) {
        point = { seq: point.seq + batch.hashes.length, hash: batch.hashes.at(-1) }
        next = this.#thread.ask('read', run, point)
        // A reader that stops early never looks at it.
        next.catch(() => {})
      }
      if (batch.hashes.length > 0) yield batch
      if (!batch.more) return
    }
  }

  #poll(run: string, wake: () => void): () => void {
    let seen = 0
    const look = async (): Promise<void> => {
      const last = await this.#thread.ask('lastCommand', run)
      if (last > seen) wake()
      seen = Math.max(seen, last)
    }
    const timer = setInterval(() => void look().catch(() => {}), this.#pollMs)
    timer.unref()
    return () => clearInterval(timer)
  }
}
