import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { RUN_FILE_END, runOfFile, RUNS_FOLDER } from './run-file.ts'
import { WAL_BYTES_MAX } from './store-schema.ts'

/** A write-ahead log that cannot be emptied. */
export interface GrownLog {
  readonly run: string
  readonly file: string
  readonly bytes: number
  /** When something was last copied from it into the database, in ms since 1970. */
  readonly sinceMs: number
}

/**
 * The write-ahead logs of a state folder that are larger than any that can be emptied gets. Somebody has
 * a transaction open and reads what was there at its beginning; none of our own readers keeps one.
 */
export function grownLogs(stateDir: string): readonly GrownLog[] {
  const folder = join(stateDir, RUNS_FOLDER)
  const names = readdirSync(folder).filter((name) => name.endsWith(RUN_FILE_END))
  return names.flatMap((name) => {
    const file = join(folder, `${name}-wal`)
    const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    const sinceMs = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs
    return bytes > WAL_BYTES_MAX && sinceMs !== undefined ? [{ run: runOfFile(name), file, bytes, sinceMs }] : []
  })
}
