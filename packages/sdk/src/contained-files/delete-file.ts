import { inTurn } from './in-turn.ts'
import { parseRelativePath } from './parse-relative-path.ts'
import type { Roots } from './roots.ts'
import { stageRemoval } from './stage-content.ts'
import { openTopmost } from './topmost-file.ts'

export interface DeleteResult {
  /** The canonical path. */
  readonly path: string
  /** The size of what is gone. */
  readonly bytes: number
}

/**
 * Removes one file from what the attempt sees: what is staged goes at once, what the workspace has
 * stays there until the result is published. Folders stay, also empty ones.
 *
 * @throws FileError FILE_PATH_INVALID, FILE_PATH_PROTECTED, FILE_READ_ONLY, FILE_NOT_FOUND, FILE_IS_LINK,
 * FILE_NOT_REGULAR, FILE_NOT_FOLDER, FILE_MULTIPLE_LINKS, FILE_IO
 */
export async function deleteFile(roots: Roots, request: { readonly path: string }): Promise<DeleteResult> {
  const path = parseRelativePath(request.path)
  return inTurn(roots.stagingFor(path), async () => {
    await using file = await openTopmost(roots.locate(path))
    await stageRemoval(roots, path)
    return { path: path.text, bytes: file.stats.size }
  })
}
