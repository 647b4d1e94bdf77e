import type { ErrorCode, ErrorDetail } from '@bosun/core'
import type { Refusal } from './thread-protocol.ts'

/** Thrown on the journal's thread, which loads nothing of core; the caller's side makes a BosunError of it. */
export class RefusalError extends Error {
  readonly refusal: Refusal

  constructor(code: ErrorCode, detail: ErrorDetail) {
    super(code)
    this.refusal = { code, detail }
  }
}

/** Whatever was thrown, as a refusal; an error of SQLite becomes `code`, or JOURNAL_DAMAGED if it says so. */
export function refusalOf(error: unknown, code: ErrorCode, at: string): Refusal {
  if (error instanceof RefusalError) return error.refusal
  const received = error instanceof Error ? error.message : String(error)
  return { code: isDamage(error) ? 'JOURNAL_DAMAGED' : code, detail: { at, received } }
}

const SQLITE_BUSY = 5
const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

/** The file holds something that SQLite cannot read. */
export function isDamage(error: unknown): boolean {
  const code = primaryCode(error)
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB
}

/** Another connection held the file for longer than the busy timeout. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === SQLITE_BUSY
}

/** Extended result codes keep the primary one in their low byte. */
function primaryCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode
  return typeof code === 'number' ? code & 0xff : undefined
}
