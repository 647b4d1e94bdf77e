import { openContainedFolder } from './contained-path.ts'
import { copyContent } from './copy-content.ts'
import { FileError } from './file-error.ts'
import { fromSystemError } from './from-system-error.ts'
import { parseRelativePath } from './parse-relative-path.ts'
import { openRegularFile } from './regular-file.ts'
import { RootFolder } from './root-folder.ts'
import type { StagedFile } from './staged-files.ts'

/**
 * Names files of a folder by their content, as `stagedFiles` does for all that lie in one.
 *
 * @param sync also makes the files and the folders they lie in durable
 * @throws FileError FILE_ROOT_INVALID, FILE_IO, and for a path that is no regular file with one name: FILE_PATH_INVALID,
 * FILE_NOT_FOUND, FILE_IS_LINK, FILE_NOT_REGULAR, FILE_NOT_FOLDER, FILE_MULTIPLE_LINKS
 */
export async function digestFiles(folder: string, paths: readonly string[], sync: boolean): Promise<StagedFile[]> {
  using root = RootFolder.open(folder)
  const files: StagedFile[] = []
  const parents = new Map<string, readonly string[]>([['', []]])
  for (const text of paths) {
    const path = parseRelativePath(text)
    try {
      await using file = await openRegularFile(root, path, 'refuse')
      files.push({ path: path.text, ...(await copyContent(file.handle)) })
      if (sync) await file.handle.sync()
    } catch (error) {
      throw FileError.is(error) ? error : fromSystemError(error, path.text)
    }
    const { segments } = path
    for (let depth = 1; depth < segments.length; depth += 1) {
      const above = segments.slice(0, depth)
      parents.set(above.join('/'), above)
    }
  }
  if (!sync) return files
  for (const segments of parents.values()) {
    using parent = openContainedFolder(root, segments)
    await parent.sync()
  }
  return files
}
