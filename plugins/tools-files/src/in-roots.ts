import { existsSync, mkdirSync } from 'node:fs'
import {
  BosunError,
  FileError,
  findAttemptWorktree,
  Roots,
  type ErrorCode,
  type FileErrorCode,
  type ToolIo,
} from '@bosun/sdk'

/** Opens the roots of one call. The staging folder is made by the first write, so that most attempts leave none. */
export async function inRoots<T>(io: ToolIo, writes: boolean, work: (roots: Roots) => Promise<T>): Promise<T> {
  try {
    if (writes) mkdirSync(io.staging, { recursive: true, mode: 0o700 })
    const isWhole = findAttemptWorktree(io.staging) !== undefined
    const staging = writes || existsSync(io.staging) ? { staging: io.staging, isWhole } : {}
    using roots = Roots.open({ workspace: io.workspace, mounts: io.mounts, ...staging })
    return await work(roots)
  } catch (error) {
    throw FileError.is(error) ? translated(error) : error
  }
}

/** Codes of the framework for those of the file library; every other refusal is FILE_REFUSED. */
const CODES: Partial<Record<FileErrorCode, ErrorCode>> = {
  FILE_IO: 'FILE_FAILED',
  FILE_NOT_FOUND: 'FILE_NOT_FOUND',
  FILE_TOO_LARGE: 'FILE_TOO_LARGE',
  FILE_EXISTS: 'FILE_EXISTS',
  FILE_EDIT_MISMATCH: 'FILE_EDIT_MISMATCH',
}

function translated(error: FileError): BosunError {
  return new BosunError(CODES[error.code] ?? 'FILE_REFUSED', {
    at: error.at,
    summary: error.summary,
    fix: error.fix,
    cause: error,
  })
}
