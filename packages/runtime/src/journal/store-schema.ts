import { DatabaseSync } from 'node:sqlite'
import { RefusalError } from './refusal-error.ts'

/** Version of the tables below; the version of the facts is a column. */
export const STORE_VERSION = 1
/** 'Bosn': tells our files from others'. */
const APPLICATION_ID = 0x426f736e

/** Largest write-ahead log that is kept once its content is in the database. */
const WAL_BYTES_MAX = 64 * 1024 * 1024
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

/** Opens the database of a run, and makes it when it is new. */
export function openDatabase(file: string, busyTimeoutMs: number): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs })
  try {
    database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${WAL_BYTES_MAX};
    `)
    if (versionOf(database) === 0) {
      database.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT;`)
    }
    const version = versionOf(database)
    if (version !== STORE_VERSION) {
      throw new RefusalError('JOURNAL_VERSION', {
        at: file,
        expected: `tables of version ${STORE_VERSION}`,
        received: `${version}`,
      })
    }
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}
