import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isBusy, RefusalError } from './refusal-error.ts'

/** Version of the tables below; the version of the facts is a column. */
export const STORE_VERSION = 1
/** 'Bosn': tells our files from others'. */
const APPLICATION_ID = 0x426f736e

/** Largest write-ahead log that is kept once its content is in the database: one that is larger cannot be emptied. */
export const WAL_BYTES_MAX = 64 * 1024 * 1024
/** Pages in the log before they are copied to the database: 8 MiB. */
const CHECKPOINT_PAGES = 2048

const TABLES = `
CREATE TABLE IF NOT EXISTS run (
  run TEXT PRIMARY KEY, fact_version INTEGER NOT NULL, epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL, hash TEXT NOT NULL,
  manager TEXT NOT NULL, started_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, state TEXT NOT NULL,
  owner_pid INTEGER, owner_boot TEXT, owner_start TEXT, renewed_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS facts (seq INTEGER PRIMARY KEY, fact TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS blobs (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS commands (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, body TEXT NOT NULL, by TEXT NOT NULL, settled_seq INTEGER
) STRICT;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${STORE_VERSION};
`

/**
 * Opens the database of a run; makes it if `create`, and otherwise refuses one that is not there.
 *
 * While another process makes or empties the write-ahead log, SQLite answers at once that the file is
 * locked, whatever the busy timeout; so it is asked again until that time has passed.
 */
export function openDatabase(file: string, busyTimeoutMs: number, create: boolean): DatabaseSync {
  const url = pathToFileURL(file)
  url.search = create ? '?mode=rwc' : '?mode=rw'
  return whileBusy(busyTimeoutMs, () => openOnce(url, busyTimeoutMs))
}

/** Asks again and again while the file is locked, at most for a time. */
export function whileBusy<T>(busyTimeoutMs: number, body: () => T): T {
  const deadline = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      return body()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error
      Atomics.wait(nobody, 0, 0, RETRY_MS)
    }
  }
}

// ------------------------------------------------------------------------------------------------

const RETRY_MS = 2
const nobody = new Int32Array(new SharedArrayBuffer(4))

function openOnce(url: URL, busyTimeoutMs: number): DatabaseSync {
  const database = new DatabaseSync(url, { timeout: busyTimeoutMs })
  try {
    database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${WAL_BYTES_MAX};
    `)
    if (versionOf(database) === 0) database.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT;`)
    checkVersion(versionOf(database), fileURLToPath(url))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function checkVersion(version: number, file: string): void {
  if (version === STORE_VERSION) return
  throw new RefusalError('JOURNAL_VERSION', {
    at: file,
    expected: `tables of version ${STORE_VERSION}`,
    received: `${version}`,
  })
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}
