import { statSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Command, Owner } from '@bosun/core'
import { blobName, blobNamesIn } from './fact-codec.ts'
import { ownerOf, type HeadRow } from './head-row.ts'
import { CHAIN_START, chainHash } from './hash-chain.ts'
import { isAlive, isSameOwner } from './owner.ts'
import { isBusy, refusalOf, RefusalError } from './refusal-error.ts'
import { openDatabase } from './store-schema.ts'
import type { AppendEntry, ReadPoint, Refusal, StoredBatch } from './thread-protocol.ts'

/**
 * The database of one run: one row of head, the facts, the large values, the commands.
 *
 * Rules. A transaction that writes starts IMMEDIATE and reads the head first, so epoch and sequence
 * number are checked against what is stored, not against what this process remembers. The head names
 * the last fact and its hash and changes in the transaction of the facts; facts and head that
 * disagree can therefore not come from a crash, only from damage. A read is one short transaction per
 * batch: head and facts belong together, and no reader of ours keeps the log from being emptied.
 */
export class RunStore {
  readonly #run: string
  readonly #factVersion: number
  readonly #database: DatabaseSync
  readonly #sql: Statements
  /** Tells the file from another one that takes its name later. */
  readonly #inode: number
  /** Whether another connection left a log behind, or has one open. */
  readonly #foundLog: boolean
  /** The epoch with which a manager of this process holds the run through this store. */
  #epochHeld: number | undefined

  constructor(run: string, file: string, options: RunStoreOptions) {
    this.#run = run
    this.#factVersion = options.factVersion
    this.#foundLog = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
    this.#database = openDatabase(file, options.busyTimeoutMs, options.create)
    this.#inode = statSync(file).ino
    this.#sql = statements(this.#database, run)
  }

  /** Whether `file` still names the database that is open here. */
  isAt(file: string): boolean {
    return statSync(file, { throwIfNoEntry: false })?.ino === this.#inode
  }

  /** Whether a manager of this process holds the run through this store. */
  get held(): boolean {
    return this.#epochHeld !== undefined
  }

  /**
   * The manager epoch of the new owner, one above the last.
   *
   * @param how.again whether a write of `owner` failed, so that it may take over from itself
   * @param how.takeOver whether it may take over from anybody
   */
  acquire(owner: Owner, at: number, how: { readonly again: boolean; readonly takeOver: boolean }): number {
    const { again } = how
    try {
      const epoch = this.#transaction(() => this.#takeOver(owner, at, how))
      // Whatever a killed or failing writer left in the log is made durable before it is believed.
      if (again || this.#foundLog) this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)')
      this.#epochHeld = epoch
      return epoch
    } catch (error) {
      if (isBusy(error)) throw new RefusalError('RUN_BUSY', { at: this.#run, received: 'its journal is locked' })
      throw error
    }
  }

  /**
   * All entries in one transaction, but for the refused ones: the answer says which.
   * When it throws, whether any of them is stored is unknown.
   */
  append(entries: readonly AppendEntry[]): (Refusal | undefined)[] {
    return this.#transaction(() => {
      const before = this.#head()
      let head = before
      const refusals = entries.map((entry) => {
        const refusal = this.#check(head, entry)
        if (refusal === undefined) head = this.#insert(head, entry)
        return refusal
      })
      if (head !== before) this.#saveHead(head)
      return refusals
    })
  }

  /** The facts after a point, at most a batch, their chain checked. */
  read(point: ReadPoint): StoredBatch {
    return this.#transaction(() => this.#readBatch(point), 'BEGIN')
  }

  renew(epoch: number, at: number): void {
    this.#transaction(() => {
      this.#mustOwn(epoch)
      this.#sql.renew.run(at)
    })
  }

  release(epoch: number): void {
    this.#transaction(() => {
      this.#mustOwn(epoch)
      this.#sql.disown.run()
    })
    this.#epochHeld = undefined
  }

  /** Gives the run up if this process still manages it: when the journal is closed. */
  releaseHeld(): void {
    const epoch = this.#epochHeld
    if (epoch !== undefined && this.#head().epoch === epoch) this.release(epoch)
  }

  /** Fences every manager for good, before the run is dropped; refuses while one lives. */
  retire(): void {
    this.#transaction(() => {
      const head = this.#head()
      this.#mustBeFree(head)
      this.#sql.own.run(head.epoch + 1, null, null, null, null)
    })
  }

  submit(command: Omit<Command, 'id'>): number {
    return Number(this.#sql.submit.run(command.kind, JSON.stringify(command.body), command.by).lastInsertRowid)
  }

  commands(): Command[] {
    return this.#sql.unsettled.all().map((row) => ({
      id: row['id'] as number,
      kind: row['kind'] as Command['kind'],
      body: JSON.parse(row['body'] as string) as Command['body'],
      by: row['by'] as string,
    }))
  }

  settle(id: number, seq: number): void {
    this.#sql.settle.run(seq, id)
  }

  isSettled(id: number): boolean {
    return this.#sql.settled.get(id) !== undefined
  }

  /** Number of the last command that waits, 0 when none does. */
  lastCommand(): number {
    return Number(this.#sql.lastCommand.get()?.['id'] ?? 0)
  }

  close(): void {
    this.#database.close()
  }

  // ----------------------------------------------------------------------------------------------

  #takeOver(owner: Owner, at: number, { again, takeOver }: { again: boolean; takeOver: boolean }): number {
    this.#sql.create.run(this.#run, this.#factVersion, CHAIN_START)
    const head = this.#head()
    const before = ownerOf(head)
    const fromItself = again && before !== undefined && isSameOwner(before, owner)
    if (!fromItself && !takeOver) this.#mustBeFree(head)
    this.#sql.own.run(head.epoch + 1, owner.pid, owner.bootId, owner.startTime, at)
    return head.epoch + 1
  }

  #mustBeFree(head: HeadRow): void {
    const owner = ownerOf(head)
    if (owner !== undefined && isAlive(owner)) {
      throw new RefusalError('RUN_BUSY', { at: this.#run, received: `process ${owner.pid}` })
    }
  }

  #head(): HeadRow {
    const head = this.#sql.head.get() as HeadRow | undefined
    if (head === undefined) throw new RefusalError('RUN_UNKNOWN', { received: this.#run })
    if (head.fact_version !== this.#factVersion) {
      throw new RefusalError('JOURNAL_VERSION', {
        at: this.#run,
        expected: `facts of version ${this.#factVersion}`,
        received: `${head.fact_version}`,
      })
    }
    return head
  }

  #check(head: HeadRow, entry: AppendEntry): Refusal | undefined {
    if (head.epoch !== entry.epoch || head.owner_pid === null) return this.#fenced(head, entry.epoch)
    if (head.seq === entry.expectedSeq) return undefined
    const detail = { at: this.#run, expected: `fact ${entry.expectedSeq} to be the last`, received: `fact ${head.seq}` }
    return { code: 'JOURNAL_CONFLICT', detail }
  }

  #fenced(head: HeadRow, epoch: number): Refusal {
    const received = head.owner_pid === null ? 'a run that was released' : `manager epoch ${head.epoch}`
    return { code: 'JOURNAL_FENCED', detail: { at: this.#run, expected: `manager epoch ${epoch}`, received } }
  }

  #mustOwn(epoch: number): void {
    const head = this.#head()
    if (head.epoch === epoch && head.owner_pid !== null) return
    const { code, detail } = this.#fenced(head, epoch)
    throw new RefusalError(code, detail)
  }

  #insert(head: HeadRow, entry: AppendEntry): HeadRow {
    let { seq, hash } = head
    for (const [name, value] of entry.blobs) this.#sql.addBlob.run(name, value)
    for (const text of entry.texts) {
      seq += 1
      hash = chainHash(hash, text)
      this.#sql.addFact.run(seq, text, hash)
    }
    return {
      ...head,
      seq,
      hash,
      manager: entry.head.manager ?? head.manager,
      started_at: entry.head.startedAt ?? head.started_at,
      updated_at: entry.head.updatedAt ?? head.updated_at,
      state: entry.head.state ?? head.state,
    }
  }

  #saveHead(head: HeadRow): void {
    this.#sql.save.run(head.seq, head.hash, head.manager, head.started_at, head.updated_at, head.state)
  }

  #readBatch(point: ReadPoint): StoredBatch {
    const head = this.#head()
    const texts: string[] = []
    const hashes: string[] = []
    const blobs = new Map<string, string>()
    let seq = point.seq
    let previous = point.hash ?? this.#hashOf(point.seq)
    let bytes = 0
    try {
      for (const row of this.#sql.after.iterate(seq, BATCH_FACTS_MAX)) {
        const [number, text, hash] = row as unknown as [number, string, string]
        if (number !== seq + 1) throw this.#damaged(seq + 1, `fact ${number}`)
        if (previous !== undefined && chainHash(previous, text) !== hash) throw this.#damaged(number, 'another content')
        bytes += text.length + this.#collect(text, number, blobs)
        texts.push(text)
        hashes.push(hash)
        seq = number
        previous = hash
        if (bytes > BATCH_LENGTH_MAX) break
      }
    } catch (error) {
      throw new RefusalError(...damageAfter(error, this.#run, seq))
    }
    const more = hashes.length > 0 && seq < head.seq
    if (!more) this.#checkEnd(head, seq, previous)
    return { texts: texts.join(','), hashes, blobs: [...blobs], more }
  }

  /** Adds the values a text refers to, checked by their names; returns their length. */
  #collect(text: string, seq: number, blobs: Map<string, string>): number {
    let length = 0
    for (const name of blobNamesIn(text)) {
      if (blobs.has(name)) continue
      const value = this.#sql.blob.get(name)?.['value'] as string | undefined
      // Absent: a value of a user that looks like a reference. The reader refuses it where it is one.
      if (value === undefined) continue
      if (blobName(value) !== name) throw this.#damaged(seq, `another value than ${name}`)
      blobs.set(name, value)
      length += value.length
    }
    return length
  }

  #hashOf(seq: number): string | undefined {
    if (seq === 0) return CHAIN_START
    return this.#sql.hashOf.get(seq)?.['hash'] as string | undefined
  }

  /** The last fact must be the one that the head names: facts that vanished from the end are seen here. */
  #checkEnd(head: HeadRow, seq: number, hash: string | undefined): void {
    if (seq < head.seq) throw this.#damaged(seq + 1, 'nothing')
    if (seq > head.seq && hash !== undefined) throw this.#damaged(seq, `fact ${seq}, after the last`)
    if (seq === head.seq && hash !== head.hash) throw this.#damaged(seq, 'another hash than the head names')
  }

  #damaged(seq: number, received: string): RefusalError {
    return new RefusalError('JOURNAL_DAMAGED', { at: `run ${this.#run}, fact ${seq}`, received })
  }

  #transaction<T>(body: () => T, begin: 'BEGIN' | 'BEGIN IMMEDIATE' = 'BEGIN IMMEDIATE'): T {
    this.#database.exec(begin)
    try {
      const value = body()
      this.#database.exec('COMMIT')
      return value
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }
}

export interface RunStoreOptions {
  readonly factVersion: number
  readonly busyTimeoutMs: number
  /** Whether the database is made when it is missing. */
  readonly create: boolean
}

/** Facts of one batch of a read. */
const BATCH_FACTS_MAX = 1000
/** Length of the texts after which a batch ends early. */
const BATCH_LENGTH_MAX = 4 * 1024 * 1024

type Statements = ReturnType<typeof statements>

function statements(database: DatabaseSync, run: string) {
  const prepare = (sql: string): StatementSync => {
    try {
      return database.prepare(sql)
    } catch (error) {
      database.close()
      // The tables are ours and of our version, so a statement can only be wrong if they are damaged.
      throw new RefusalError('JOURNAL_DAMAGED', { at: `run ${run}`, received: String(error) })
    }
  }
  const after = prepare('SELECT seq, fact, hash FROM facts WHERE seq > ? ORDER BY seq LIMIT ?')
  after.setReturnArrays(true)
  return {
    after,
    head: prepare('SELECT * FROM run'),
    create: prepare(
      `INSERT INTO run SELECT ?, ?, 0, 0, ?, '', 0, 0, 'running', NULL, NULL, NULL, NULL
       WHERE NOT EXISTS (SELECT 1 FROM run)`,
    ),
    own: prepare('UPDATE run SET epoch = ?, owner_pid = ?, owner_boot = ?, owner_start = ?, renewed_at = ?'),
    disown: prepare('UPDATE run SET owner_pid = NULL, owner_boot = NULL, owner_start = NULL'),
    renew: prepare('UPDATE run SET renewed_at = ?'),
    save: prepare('UPDATE run SET seq = ?, hash = ?, manager = ?, started_at = ?, updated_at = ?, state = ?'),
    addFact: prepare('INSERT INTO facts VALUES (?, ?, ?)'),
    addBlob: prepare('INSERT OR IGNORE INTO blobs VALUES (?, ?)'),
    blob: prepare('SELECT value FROM blobs WHERE name = ?'),
    hashOf: prepare('SELECT hash FROM facts WHERE seq = ?'),
    submit: prepare('INSERT INTO commands (kind, body, by) VALUES (?, ?, ?)'),
    unsettled: prepare('SELECT id, kind, body, by FROM commands WHERE settled_seq IS NULL ORDER BY id'),
    // Its fact holds what was asked, without what is secret in it.
    settle: prepare("UPDATE commands SET settled_seq = ?, body = 'null' WHERE id = ? AND settled_seq IS NULL"),
    settled: prepare('SELECT 1 FROM commands WHERE id = ? AND settled_seq IS NOT NULL'),
    lastCommand: prepare('SELECT max(id) AS id FROM commands WHERE settled_seq IS NULL'),
  }
}

/** What SQLite itself found damaged lies behind the last fact that could be read. */
function damageAfter(error: unknown, run: string, seq: number): [Refusal['code'], Refusal['detail']] {
  const { code, detail } = refusalOf(error, 'JOURNAL_DAMAGED', `run ${run}, fact ${seq + 1}`)
  return [code, detail]
}
