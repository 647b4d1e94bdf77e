import { DatabaseSync } from 'node:sqlite'
import { BosunError } from '@bosun/core'

/**
 * Which releases of SQLite the journal refuses (P4).
 *
 * A journal promises that an acknowledged fact is never lost, so a release that can lose a committed
 * transaction in WAL mode is refused before a file is touched. What decides is the version of the
 * library that is loaded, not the version of Node: a build may link another one.
 */
interface UnsafeRange {
  /** First unsafe release. */
  readonly from: string
  /** First safe release after it. */
  readonly before: string
  readonly reason: string
}

const WAL_RESET =
  'the WAL-reset bug: a checkpoint that races with a commit can skip a committed transaction ' +
  '(3.7.0 to 3.51.2; mended in 3.51.3, 3.50.7 and 3.44.6)'

export const UNSAFE_SQLITE: readonly UnsafeRange[] = [
  { from: '0.0.0', before: '3.7.0', reason: 'it has no write-ahead log' },
  { from: '3.7.0', before: '3.44.6', reason: WAL_RESET },
  { from: '3.45.0', before: '3.50.7', reason: WAL_RESET },
  { from: '3.51.0', before: '3.51.3', reason: WAL_RESET },
  { from: '3.52.0', before: '3.53.0', reason: 'the release was withdrawn by its authors' },
]

/** The version of the SQLite library that is loaded: what `doctor` prints. */
export function sqliteVersion(): string {
  const database = new DatabaseSync(':memory:')
  try {
    return String(database.prepare('SELECT sqlite_version() AS version').get()?.['version'])
  } finally {
    database.close()
  }
}

/** Why a version must not be used, or nothing when it may. */
export function whyUnsafeSqlite(version: string): string | undefined {
  const number = numberOf(version)
  if (number === undefined) return 'its version cannot be read'
  return UNSAFE_SQLITE.find(({ from, before }) => number >= mustNumber(from) && number < mustNumber(before))?.reason
}

/**
 * Refuses a version of SQLite that can lose or damage data.
 *
 * @param version default: the one that is loaded
 * @throws SQLITE_UNSAFE naming the version and the reason
 */
export function assertSafeSqlite(version: string = sqliteVersion()): void {
  const reason = whyUnsafeSqlite(version)
  if (reason === undefined) return
  throw new BosunError('SQLITE_UNSAFE', { received: `SQLite ${version}: ${reason}` })
}

// ------------------------------------------------------------------------------------------------

/** One number per release, in SQLite's own way: 3.51.3 is 3051003. */
function numberOf(version: string): number | undefined {
  const parts = /^(\d+)\.(\d{1,3})(?:\.(\d{1,3}))?$/.exec(version)
  if (parts === null) return undefined
  return Number(parts[1]) * 1_000_000 + Number(parts[2]) * 1_000 + Number(parts[3] ?? 0)
}

function mustNumber(version: string): number {
  return numberOf(version) ?? Number.NaN
}
