import { FileError } from './file-error.ts'

const KIBIBYTE = 1024
const MEBIBYTE = 1024 * KIBIBYTE

/** What a read returns at most unless it asks for more, and the most it can ask for. */
export const READ_BYTES_DEFAULT = MEBIBYTE
export const READ_BYTES_MAX = 64 * MEBIBYTE
/** The same for a write. */
export const WRITE_BYTES_DEFAULT = 16 * MEBIBYTE
export const WRITE_BYTES_MAX = 64 * MEBIBYTE
/** The same for the entries of a list. */
export const LIST_ENTRIES_DEFAULT = 10_000
export const LIST_ENTRIES_MAX = 100_000
/** How much of a file is held in memory while it is copied or hashed. */
export const CHUNK_BYTES = 256 * KIBIBYTE

/** A limit that a caller may set, itself inside a limit. @throws FileError FILE_LIMIT_INVALID */
export function checkedLimit(
  name: string,
  value: number | undefined,
  range: { readonly fallback: number; readonly max: number },
): number {
  if (value === undefined) return range.fallback
  if (Number.isSafeInteger(value) && value >= 1 && value <= range.max) return value
  throw new FileError('FILE_LIMIT_INVALID', {
    at: name,
    summary: `The limit is ${String(value)}.`,
    fix: `Give a whole number from 1 to ${range.max}.`,
  })
}
