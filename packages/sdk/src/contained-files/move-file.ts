import { WRITE_BYTES_MAX } from './byte-limit.ts'
import { appendChunk, copyContent } from './copy-content.ts'
import { FileError } from './file-error.ts'
import { inTurn } from './in-turn.ts'
import { MODE_MASK } from './mode-mask.ts'
import { parseRelativePath, type RelativePath } from './parse-relative-path.ts'
import type { Roots } from './roots.ts'
import { stageFile, stageRemoval, type WriteResult } from './stage-content.ts'
import { isThere, openTopmost } from './topmost-file.ts'

export interface MoveRequest {
  readonly from: string
  /** The full new path, not the folder to move into; nothing may be there. */
  readonly to: string
}

/**
 * Gives a file another path, its bytes and its mode unchanged. At most 64 MiB; one file, no folder.
 *
 * @throws FileError FILE_PATH_INVALID, FILE_PATH_PROTECTED, FILE_READ_ONLY, FILE_NOT_FOUND, FILE_EXISTS,
 * FILE_TOO_LARGE, FILE_IS_LINK, FILE_NOT_REGULAR, FILE_NOT_FOLDER, FILE_MULTIPLE_LINKS, FILE_IO
 */
export async function moveFile(roots: Roots, request: MoveRequest): Promise<WriteResult> {
  const from = parseRelativePath(request.from)
  const to = parseRelativePath(request.to)
  roots.stagingFor(from)
  return inTurn(roots.stagingFor(to), () => moveNow(roots, from, to))
}

// Private

async function moveNow(roots: Roots, from: RelativePath, to: RelativePath): Promise<WriteResult> {
  await using source = await openTopmost(roots.locate(from))
  const { size, mode } = source.stats
  if (size > WRITE_BYTES_MAX)
    throw new FileError('FILE_TOO_LARGE', {
      at: from.text,
      summary: `The file has ${size} bytes, the limit is ${WRITE_BYTES_MAX}.`,
      fix: 'Leave it where it is.',
    })
  if (isThere(roots.locate(to)))
    throw new FileError('FILE_EXISTS', { at: to.text, summary: 'There is something at this path.' })
  let written = { bytes: 0, sha256: '' }
  await stageFile(roots, to, async (handle) => {
    written = await copyContent(source.handle, (chunk) => appendChunk(handle, chunk))
    await handle.chmod(mode & MODE_MASK)
  })
  await stageRemoval(roots, from)
  return { path: to.text, ...written }
}
