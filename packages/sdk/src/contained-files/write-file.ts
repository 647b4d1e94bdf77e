import { checkedLimit, WRITE_BYTES_DEFAULT, WRITE_BYTES_MAX } from './byte-limit.ts'
import { FileError } from './file-error.ts'
import { inTurn } from './in-turn.ts'
import { parseRelativePath, type RelativePath } from './parse-relative-path.ts'
import type { Roots } from './roots.ts'
import { stageContent, type WriteResult } from './stage-content.ts'

export type WriteRequest = {
  readonly path: string
  /** @defaultValue 16 MiB; at most 64 MiB */
  readonly maxBytes?: number
} & ({ readonly text: string; readonly base64?: never } | { readonly base64: string; readonly text?: never })

/**
 * Writes a file into staging: whole or not at all, replacing what was staged before. Folders on
 * the way are made. What could never be published, because the workspace has a folder, a link or a
 * hard-linked file there, is refused now rather than at the end of the attempt.
 *
 * @throws FileError FILE_PATH_INVALID, FILE_PATH_PROTECTED, FILE_READ_ONLY, FILE_TOO_LARGE,
 * FILE_CONTENT_INVALID, FILE_IS_LINK, FILE_NOT_REGULAR, FILE_NOT_FOLDER, FILE_MULTIPLE_LINKS, FILE_IO
 */
export async function writeFile(roots: Roots, request: WriteRequest): Promise<WriteResult> {
  const path = parseRelativePath(request.path)
  const staging = roots.stagingFor(path)
  const content = decode(request, path)
  return inTurn(staging, () => stageContent(roots, path, content))
}

// Private

function decode(request: WriteRequest, path: RelativePath): Buffer {
  const limit = checkedLimit('maxBytes', request.maxBytes, {
    fallback: WRITE_BYTES_DEFAULT,
    max: WRITE_BYTES_MAX,
  })
  const { text, base64 } = request
  if (text !== undefined && base64 !== undefined) throw contentInvalid(path, 'Both text and base64 are given.')
  if (text !== undefined) return decodeText(text, path, limit)
  if (base64 !== undefined) return decodeBase64(base64, path, limit)
  throw contentInvalid(path, 'Neither text nor base64 is given.')
}

function decodeText(text: unknown, path: RelativePath, limit: number): Buffer {
  if (typeof text !== 'string') throw contentInvalid(path, 'The text is not a string.')
  // Sizes are tested before anything is copied.
  refuseTooLarge(path, Buffer.byteLength(text), limit)
  // Encoding would put a replacement character here, and the file would not be what was sent.
  if (!text.isWellFormed()) throw contentInvalid(path, 'The text holds half of a surrogate pair.')
  return Buffer.from(text, 'utf8')
}

function decodeBase64(base64: unknown, path: RelativePath, limit: number): Buffer {
  if (typeof base64 !== 'string') throw contentInvalid(path, 'The base64 is not a string.')
  refuseTooLarge(path, Buffer.byteLength(base64, 'base64'), limit)
  const content = Buffer.from(base64, 'base64')
  // Node's decoder skips what it does not know; only text that it gives back the same is base64.
  if (content.toString('base64') !== base64) throw contentInvalid(path, 'The base64 is not in its canonical form.')
  return content
}

function refuseTooLarge(path: RelativePath, size: number, limit: number): void {
  if (size <= limit) return
  throw new FileError('FILE_TOO_LARGE', {
    at: path.text,
    summary: `The content has ${size} bytes, the limit is ${limit}.`,
    fix: `Write less, or set maxBytes (at most ${WRITE_BYTES_MAX}).`,
  })
}

function contentInvalid(path: RelativePath, summary: string): FileError {
  return new FileError('FILE_CONTENT_INVALID', { at: path.text, summary })
}
