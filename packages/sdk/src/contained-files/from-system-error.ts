import { FileError, type FileErrorCode } from './file-error.ts'

interface Translation {
  readonly code: FileErrorCode
  readonly summary: string
}

const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  ENOENT: { code: 'FILE_NOT_FOUND', summary: 'There is nothing at this path.' },
  ELOOP: { code: 'FILE_IS_LINK', summary: 'This is a symbolic link.' },
  ENOTDIR: { code: 'FILE_NOT_FOLDER', summary: 'This is not a folder.' },
  EISDIR: { code: 'FILE_NOT_REGULAR', summary: 'This is a folder.' },
  ENXIO: { code: 'FILE_NOT_REGULAR', summary: 'This is a socket or a device.' },
  ENAMETOOLONG: { code: 'FILE_PATH_INVALID', summary: 'The path is too long for this system.' },
}

/**
 * What the operating system refused, as a file error. All else passes unchanged: a file error has
 * been told already, and a defect must not look like a fault of the disk.
 */
export function fromSystemError(error: unknown, at: string): unknown {
  const errno = FileError.is(error) ? undefined : systemErrorCode(error)
  if (errno === undefined) return error
  const { code, summary } = TRANSLATIONS[errno] ?? {
    code: 'FILE_IO' as const,
    summary: `The operating system answered ${errno}.`,
  }
  return new FileError(code, { at, summary, cause: error })
}

/** `ENOENT` and the like; undefined for what is no system error. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** Runs a call into the operating system and translates what it throws. */
export function translated<T>(at: string, call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw fromSystemError(error, at)
  }
}
