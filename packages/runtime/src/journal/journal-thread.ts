import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { Owner } from '@bosun/core'
import { refusalOf, RefusalError } from './refusal-error.ts'
import { runFile, RUNS_FOLDER } from './run-file.ts'
import { RunList } from './run-list.ts'
import { RunStore } from './run-store.ts'
import type {
  AppendEntry,
  Operation,
  Refusal,
  ThreadOperations,
  ThreadOptions,
  ThreadReply,
  ThreadRequest,
} from './thread-protocol.ts'

/**
 * The thread that does all work on SQLite, in the order in which it is asked to.
 *
 * It loads nothing of core but types, so it starts in milliseconds and needs no resolve condition.
 */
const options = workerData as ThreadOptions

/** Databases kept open for readers; those of held runs stay open besides. */
const OPEN_STORES_MAX = 16

/** Runs whose last write failed, by the refusal of all that follow. */
const failures = new Map<string, Refusal>()

const folder = join(options.stateDir, RUNS_FOLDER)
mkdirSync(folder, { recursive: true, mode: 0o700 })
const list = new RunList(folder, options.busyTimeoutMs)

/** Open databases by run, the one used longest ago first. */
const stores = new Map<string, RunStore>()

/** The store of a run; of one that exists, unless it may be made. */
function storeOf(run: string, create = false): RunStore {
  const file = runFile(options.stateDir, run)
  if (stores.get(run)?.isAt(file) === false) closeStore(run)
  if (!create && !existsSync(file)) throw new RefusalError('RUN_UNKNOWN', { received: run })
  const store = stores.get(run) ?? new RunStore(run, file, { ...options, create })
  stores.delete(run)
  stores.set(run, store)
  for (const [other, oldest] of stores) {
    if (stores.size <= OPEN_STORES_MAX) break
    if (!oldest.held && other !== run) closeStore(other)
  }
  return store
}

function closeStore(run: string): void {
  stores.get(run)?.close()
  stores.delete(run)
}

/** Where even that cannot be written, the run is free once this process has ended. */
function giveUp(run: string): void {
  try {
    stores.get(run)?.releaseHeld()
    closeStore(run)
  } catch {
    stores.delete(run)
  }
}

/** One transaction per run. After a failure the run takes no more until it is acquired again. */
function append(entries: readonly AppendEntry[]): readonly (Refusal | undefined)[] {
  const refusals = Array.from<Refusal | undefined>({ length: entries.length })
  for (const [run, indexes] of Map.groupBy(entries.keys(), (index) => entries[index]?.run ?? '')) {
    const answers = appendTo(
      run,
      indexes.map((index) => entries[index] as AppendEntry),
    )
    for (const [nth, index] of indexes.entries()) refusals[index] = answers[nth]
  }
  return refusals
}

function appendTo(run: string, entries: readonly AppendEntry[]): readonly (Refusal | undefined)[] {
  const before = failures.get(run)
  if (before !== undefined) return entries.map(() => before)
  try {
    return storeOf(run).append(entries)
  } catch (error) {
    const refusal = refusalOf(error, 'JOURNAL_WRITE_FAILED', run)
    failures.set(run, refusal)
    return entries.map(() => refusal)
  }
}

/** The files are opened anew after a failure: nothing that a connection remembers is believed. */
function acquire(run: string, owner: Owner, at: number, takeOver: boolean): number {
  const again = failures.has(run)
  if (again) closeStore(run)
  try {
    const epoch = storeOf(run, true).acquire(owner, at, { again, takeOver })
    failures.delete(run)
    return epoch
  } catch (error) {
    // Whether `owner` is stored already is unknown; it may try again.
    if (!(error instanceof RefusalError)) failures.set(run, refusalOf(error, 'JOURNAL_WRITE_FAILED', run))
    throw error
  }
}

/** What an error of SQLite means to the rest: of these, that nothing could be written. */
const WRITES = new Set<Operation>(['append', 'acquire', 'renew', 'release', 'remove', 'submit', 'settle', 'close'])

/** Drops a run as a whole, unless its manager lives. */
function remove(run: string): void {
  storeOf(run).retire()
  closeStore(run)
  for (const end of ['', '-wal', '-shm']) rmSync(`${runFile(options.stateDir, run)}${end}`, { force: true })
}

const operations: ThreadOperations = {
  open() {},
  append,
  acquire,
  read: (run, point) => storeOf(run).read(point),
  renew: (run, epoch, at) => storeOf(run).renew(epoch, at),
  release(run, epoch) {
    storeOf(run).release(epoch)
    closeStore(run)
  },
  runs: () => list.read(),
  remove,
  submit: (run, command) => storeOf(run).submit(command),
  commands: (run) => storeOf(run).commands(),
  settle: (run, id, seq) => storeOf(run).settle(id, seq),
  isSettled: (run, id) => storeOf(run).isSettled(id),
  lastCommand: (run) => storeOf(run).lastCommand(),
  close() {
    for (const run of stores.keys()) giveUp(run)
  },
}

function answer({ id, operation, args }: ThreadRequest): ThreadReply {
  try {
    return { id, value: (operations[operation] as (...all: readonly unknown[]) => unknown)(...args) }
  } catch (error) {
    const at = typeof args[0] === 'string' ? args[0] : options.stateDir
    return { id, refusal: refusalOf(error, WRITES.has(operation) ? 'JOURNAL_WRITE_FAILED' : 'JOURNAL_DAMAGED', at) }
  }
}

parentPort?.on('message', (request: ThreadRequest) => parentPort?.postMessage(answer(request), []))
