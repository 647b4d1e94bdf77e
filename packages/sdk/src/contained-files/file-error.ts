const BRAND = Symbol.for('bosun.file-error')

/** Longer places are cut in messages: a path of 4,096 bytes would bury the advice behind it. */
const PLACE_LENGTH_MAX = 160

/** The closed list of refusals, each with the advice that is given when no better one is known. */
const FIX_BY_CODE = {
  FILE_PATH_INVALID: 'Give a relative path such as `site/mars.html`, with `/` between its parts.',
  FILE_PATH_PROTECTED: 'Choose another path; files of version control and of Bosun are off limits.',
  FILE_ROOT_INVALID: 'Name an existing folder by its absolute path.',
  FILE_OUTSIDE_ROOT: 'Choose a path that stays inside the granted folder.',
  FILE_NOT_FOUND: 'List the folder to see what is there.',
  FILE_IS_LINK: 'Links are never followed; give the path of the file that the link stands for.',
  FILE_NOT_REGULAR: 'Give the path of a regular file.',
  FILE_NOT_FOLDER: 'Give the path of a folder.',
  FILE_NOT_TEXT: 'Read it with encoding `base64`.',
  FILE_CONTENT_INVALID: 'Send well-formed text, or bytes as canonical base64.',
  FILE_TOO_LARGE: 'Raise the limit, ask for a truncated read, or split the work.',
  FILE_LIMIT_INVALID: 'Give a whole number inside the stated range.',
  FILE_MULTIPLE_LINKS: 'Replace the hard link by a copy of its own, then try again.',
  FILE_EXISTS: 'Choose another path, or delete what is there first.',
  FILE_EDIT_MISMATCH: 'Read the file again, and name a text that stands in it exactly once.',
  FILE_READ_ONLY: 'Write to a path that no read-only mount covers.',
  FILE_CHANGED: 'Declare the staged files again; these are not the bytes that were accepted.',
  FILE_IO: 'Look at the cause: the operating system refused.',
} as const

export type FileErrorCode = keyof typeof FIX_BY_CODE

/** What a file error says beyond its code. */
export interface FileErrorDetail {
  /** The path, or the part of it, that was refused. */
  readonly at: string
  /** One sentence: what is wrong with that place. */
  readonly summary: string
  /** What to do, in place of the advice that belongs to the code. */
  readonly fix?: string
  readonly cause?: unknown
}

/**
 * The one error class of the file library: a code, the place it is about, and what to do.
 *
 * Its fields are those of the framework's own error, so a wrapper can translate it field by field.
 *
 * @example
 * throw new FileError("FILE_NOT_FOUND", { at: "a/b.ts", summary: "There is no such file." })
 */
export class FileError extends Error {
  readonly code: FileErrorCode
  readonly at: string
  readonly summary: string
  readonly fix: string

  constructor(code: FileErrorCode, detail: FileErrorDetail) {
    const fix = detail.fix ?? FIX_BY_CODE[code]
    super(
      `${quotePlace(detail.at)}: ${detail.summary} ${fix}`,
      detail.cause === undefined ? undefined : { cause: detail.cause },
    )
    this.name = 'FileError'
    this.code = code
    this.at = detail.at
    this.summary = detail.summary
    this.fix = fix
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** Whether a value is a file error, optionally one with this code, of any copy of this package. */
  static is(value: unknown, code?: FileErrorCode): value is FileError {
    return (
      typeof value === 'object' &&
      value !== null &&
      BRAND in value &&
      (code === undefined || (value as unknown as FileError).code === code)
    )
  }
}

/** A path as it may stand in a message or on a terminal: control characters escaped, not endless. */
function quotePlace(place: string): string {
  const short = place.length > PLACE_LENGTH_MAX ? `${place.slice(0, PLACE_LENGTH_MAX)}…` : place
  return JSON.stringify(short.toWellFormed())
}
