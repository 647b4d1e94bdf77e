import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { checkedLimit, READ_BYTES_DEFAULT, READ_BYTES_MAX } from './byte-limit.ts'
import { FileError } from './file-error.ts'
import { fromSystemError } from './from-system-error.ts'
import { parseRelativePath, type RelativePath } from './parse-relative-path.ts'
import type { RegularFile } from './regular-file.ts'
import type { Roots } from './roots.ts'
import { openTopmost } from './topmost-file.ts'

export type FileEncoding = 'utf8' | 'base64'

export interface ReadRequest {
  readonly path: string
  /** @defaultValue 1 MiB; at most 64 MiB */
  readonly maxBytes?: number
  /** @defaultValue "utf8" */
  readonly encoding?: FileEncoding
  /** Returns the beginning of a file that is too large instead of refusing it. */
  readonly truncate?: boolean
}

export interface ReadResult {
  /** The content, in the encoding that was asked for. */
  readonly text: string
  /** The size of the whole file, also when the text is only its beginning. */
  readonly bytes: number
  readonly truncated: boolean
  /** Of the whole file; absent when only its beginning was read. */
  readonly sha256?: string
}

/**
 * Reads a file as the attempt sees it: its own staged version, else the workspace's.
 *
 * Text is decoded strictly and a byte order mark is kept, so what is written back unchanged is
 * the same file.
 *
 * @throws FileError FILE_PATH_INVALID, FILE_PATH_PROTECTED, FILE_NOT_FOUND, FILE_IS_LINK,
 * FILE_NOT_REGULAR, FILE_NOT_FOLDER, FILE_MULTIPLE_LINKS, FILE_TOO_LARGE, FILE_NOT_TEXT, FILE_IO
 */
export async function readFile(roots: Roots, request: ReadRequest): Promise<ReadResult> {
  const path = parseRelativePath(request.path)
  const limit = checkedLimit('maxBytes', request.maxBytes, {
    fallback: READ_BYTES_DEFAULT,
    max: READ_BYTES_MAX,
  })
  await using file = await openTopmost(roots.locate(path))
  if (file.stats.size > limit && request.truncate !== true) throw tooLarge(path, file.stats.size, limit)
  // One byte more than allowed tells a file that grew after its size was read.
  const content = await readUpTo(file, limit + 1, path)
  const truncated = content.length > limit
  if (truncated && request.truncate !== true) throw tooLarge(path, content.length, limit)
  return {
    text: encode(content.subarray(0, limit), request.encoding ?? 'utf8', { path, truncated }),
    bytes: truncated ? Math.max(file.stats.size, content.length) : content.length,
    truncated,
    ...(truncated ? {} : { sha256: createHash('sha256').update(content).digest('hex') }),
  }
}

// Private

async function readUpTo(file: RegularFile, limit: number, path: RelativePath): Promise<Buffer> {
  let buffer = Buffer.allocUnsafe(Math.min(file.stats.size + 1, limit))
  let used = 0
  for (;;) {
    const count = await readInto(file.handle, buffer, used, path)
    used += count
    if (count === 0 || used === limit) return buffer.subarray(0, used)
    // The file says it is smaller than it is: it grew, or is made up by the system.
    if (used === buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(used * 2, limit))
      buffer.copy(larger)
      buffer = larger
    }
  }
}

async function readInto(handle: FileHandle, buffer: Buffer, used: number, path: RelativePath): Promise<number> {
  try {
    return (await handle.read(buffer, used, buffer.length - used, used)).bytesRead
  } catch (error) {
    throw fromSystemError(error, path.text)
  }
}

function encode(
  content: Buffer,
  encoding: FileEncoding,
  { path, truncated }: { path: RelativePath; truncated: boolean },
): string {
  if (encoding === 'base64') return content.toString('base64')
  try {
    // As a stream that goes on, the decoder leaves out a character that the cut went through.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return decoder.decode(content, { stream: truncated })
  } catch (cause) {
    throw new FileError('FILE_NOT_TEXT', {
      at: path.text,
      summary: 'The file is not UTF-8 text.',
      cause,
    })
  }
}

function tooLarge(path: RelativePath, size: number, limit: number): FileError {
  return new FileError('FILE_TOO_LARGE', {
    at: path.text,
    summary: `The file has at least ${size} bytes, the limit is ${limit}.`,
    fix: `Read its beginning with truncate, or set maxBytes (at most ${READ_BYTES_MAX}).`,
  })
}
