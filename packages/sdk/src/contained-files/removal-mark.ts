/**
 * How a staging folder says that the attempt has removed a file: a small file beside where it was,
 * whose name carries the hash of the removed name and whose content is that name.
 *
 * One look tells whether a path is removed, a list needs no content, two removals never meet, and a
 * crash leaves a mark whole or not at all. A staged file goes before a mark of the same path.
 */
import { createHash } from 'node:crypto'
import { openContainedPath, type NameInFolder } from './contained-path.ts'
import { FileError } from './file-error.ts'
import { faultOfName, relativePath, SEGMENT_BYTES_MAX, type RelativePath } from './parse-relative-path.ts'
import { openRegularFile } from './regular-file.ts'
import { commitTemporaryFile, createTemporaryFile } from './replace-file.ts'
import type { RootFolder } from './root-folder.ts'
import { REMOVAL_PREFIX } from './temporary-name.ts'

/** The name of the mark of a removed name. */
export function removalMark(name: string): string {
  return `${REMOVAL_PREFIX}${createHash('sha256').update(name).digest('hex').slice(0, 32)}`
}

/** Whether staging says that a file of a lower layer is gone. */
export function isMarkedRemoved(staging: RootFolder, path: RelativePath): boolean {
  try {
    using target = openContainedPath(staging, path)
    return target.folder.inspect(removalMark(target.name)) !== undefined
  } catch (error) {
    if (FileError.is(error, 'FILE_NOT_FOUND')) return false
    throw error
  }
}

/** @param target in staging */
export async function markRemoved(target: NameInFolder): Promise<void> {
  const mark = { folder: target.folder, name: removalMark(target.name) }
  const temporary = await createTemporaryFile(mark, (handle) => handle.writeFile(target.name))
  commitTemporaryFile(mark, temporary)
}

/** @param target in staging */
export function unmarkRemoved({ folder, name }: NameInFolder): void {
  folder.remove(removalMark(name))
}

/** The path that a mark stands for. @throws FileError FILE_PATH_INVALID for one that was not made here */
export async function readRemovalMark(
  root: RootFolder,
  mark: RelativePath,
  options: { readonly sync: boolean },
): Promise<RelativePath> {
  await using file = await openRegularFile(root, mark, 'refuse')
  const name = file.stats.size > SEGMENT_BYTES_MAX ? '' : await file.handle.readFile('utf8')
  if (faultOfName(name) !== undefined || removalMark(name) !== mark.segments.at(-1))
    throw new FileError('FILE_PATH_INVALID', { at: mark.text, summary: 'The name is one that Bosun keeps for itself.' })
  if (options.sync) await file.handle.sync()
  return relativePath([...mark.segments.slice(0, -1), name])
}
