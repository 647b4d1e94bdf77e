import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BosunError, type Owner } from '@bosun/core'
import type { Withdrawal } from './run-queue.ts'

/** The place of a run in the queue, by whoever wants to manage it. */
export interface Ticket {
  readonly id: number
  readonly run: string
  readonly manager: string
  /** When it was taken. */
  readonly at: number
  /** Runs that may go on at the same time, as its process was told. */
  readonly runsMax: number
  readonly owner: Owner
  /** Who has cancelled the run while it waited, and why. */
  readonly withdrawn: Withdrawal | undefined
}

/**
 * The tickets of a state folder, in a database of their own. Nothing of it is synced: a ticket is worth
 * nothing once its process is gone, so a power failure takes nothing with it that counts.
 */
export class TicketStore {
  readonly #file: string
  #database: DatabaseSync | undefined

  /** @param stateDir absent: in memory, for this object alone */
  constructor(stateDir: string | undefined) {
    this.#file = stateDir === undefined ? ':memory:' : join(stateDir, 'queue.sqlite')
  }

  /** In the order in which they were taken, those of dead processes included. */
  all(): readonly Ticket[] {
    // Whoever only looks makes no file.
    if (this.#database === undefined && !existsSync(this.#file)) return []
    const rows = this.#do((database) => database.prepare('SELECT * FROM tickets ORDER BY id').all())
    return (rows as unknown as readonly Row[]).map(ticketOf)
  }

  /** Takes the next ticket. @returns its number */
  add({ run, manager, at, runsMax, owner }: Omit<Ticket, 'id' | 'withdrawn'>): number {
    return this.#do((database) =>
      Number(
        database
          .prepare('INSERT INTO tickets (run, manager, at, runs_max, pid, boot, start) VALUES (?, ?, ?, ?, ?, ?, ?)')
          .run(run, manager, at, runsMax, owner.pid, owner.bootId, owner.startTime).lastInsertRowid,
      ),
    )
  }

  /** Gives a ticket to another process, which keeps its place. */
  give(id: number, { pid, bootId, startTime }: Owner): void {
    this.#do((database) =>
      database.prepare('UPDATE tickets SET pid = ?, boot = ?, start = ? WHERE id = ?').run(pid, bootId, startTime, id),
    )
  }

  withdraw(id: number, { by, reason }: Withdrawal): void {
    this.#do((database) =>
      database.prepare('UPDATE tickets SET withdrawn_by = ?, withdrawn_why = ? WHERE id = ?').run(by, reason, id),
    )
  }

  /** Drops tickets, unless they have been given to another process meanwhile. */
  remove(tickets: readonly Pick<Ticket, 'id' | 'owner'>[]): void {
    for (const { id, owner } of tickets) {
      this.#do((database) =>
        database
          .prepare('DELETE FROM tickets WHERE id = ? AND pid = ? AND boot = ? AND start = ?')
          .run(id, owner.pid, owner.bootId, owner.startTime),
      )
    }
  }

  close(): void {
    this.#database?.close()
    this.#database = undefined
  }

  // ---------------------------------------------------------------------------------------------

  #do<T>(work: (database: DatabaseSync) => T): T {
    try {
      return work((this.#database ??= open(this.#file)))
    } catch (error) {
      throw BosunError.from(error, 'JOURNAL_WRITE_FAILED', { at: this.#file, received: String(error) })
    }
  }
}

/** How long a lock of another process is waited for, which holds it for a statement. */
const BUSY_MS = 5_000

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_MS })
  database.exec(`
    PRAGMA synchronous = OFF; PRAGMA trusted_schema = OFF;
    CREATE TABLE IF NOT EXISTS tickets (
      id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, manager TEXT NOT NULL, at INTEGER NOT NULL,
      runs_max INTEGER NOT NULL, pid INTEGER NOT NULL, boot TEXT NOT NULL, start TEXT NOT NULL,
      withdrawn_by TEXT, withdrawn_why TEXT
    ) STRICT;
  `)
  return database
}

interface Row {
  readonly id: number
  readonly run: string
  readonly manager: string
  readonly at: number
  readonly runs_max: number
  readonly pid: number
  readonly boot: string
  readonly start: string
  readonly withdrawn_by: string | null
  readonly withdrawn_why: string | null
}

function ticketOf(row: Row): Ticket {
  const { id, run, manager, at, runs_max: runsMax, pid, boot, start, withdrawn_by: by, withdrawn_why: reason } = row
  const withdrawn = by === null ? undefined : { by, reason: reason ?? '' }
  return { id, run, manager, at, runsMax, owner: { pid, bootId: boot, startTime: start }, withdrawn }
}
