import { existsSync, mkdirSync } from 'node:fs'
import {
  BosunError,
  defineTool,
  FileError,
  files,
  listContainedFolder,
  readContainedFile,
  Roots,
  writeContainedFile,
  type AnyToolHandler,
  type ErrorCode,
  type FileErrorCode,
  type ToolIo,
} from '@bosun/sdk'

/** `files.read`: what the attempt has staged itself goes before the workspace. */
export const readFiles: AnyToolHandler = defineTool(files.read, (input, io) =>
  inRoots(io, false, (roots) => readContainedFile(roots, input)),
)

/** `files.list`: staging merged over the workspace. */
export const listFiles: AnyToolHandler = defineTool(files.list, (input, io) =>
  inRoots(io, false, async (roots) => ({ entries: [...(await listContainedFolder(roots, input))] })),
)

/** `files.write`: into the staging of the attempt, and nowhere else. */
export const writeFiles: AnyToolHandler = defineTool(files.write, ({ path, text, encoding }, io) =>
  inRoots(io, true, async (roots) => {
    const content = encoding === 'base64' ? { base64: text } : { text }
    const { bytes } = await writeContainedFile(roots, { path, ...content })
    return { bytes }
  }),
)

/** Opens the roots of one call. The staging folder is made by the first write, so that most attempts leave none. */
async function inRoots<T>(io: ToolIo, writes: boolean, work: (roots: Roots) => Promise<T>): Promise<T> {
  try {
    if (writes) mkdirSync(io.staging, { recursive: true, mode: 0o700 })
    const staging = writes || existsSync(io.staging) ? { staging: io.staging } : {}
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
}

function translated(error: FileError): BosunError {
  return new BosunError(CODES[error.code] ?? 'FILE_REFUSED', {
    at: error.at,
    summary: error.summary,
    fix: error.fix,
    cause: error,
  })
}
