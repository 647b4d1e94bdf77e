import type { DirectoryHandle } from './directory-handle.ts'
import { FileError } from './file-error.ts'
import type { RelativePath } from './parse-relative-path.ts'
import type { RootFolder } from './root-folder.ts'

/** Whether folders that are missing on the way are made. */
export type MissingFolders = 'refuse' | 'make'

/** An open folder and the name of a file in it, which may exist or not. */
export interface NameInFolder {
  readonly folder: DirectoryHandle
  readonly name: string
}

/** The same, to be closed by whoever opened it. */
export interface ContainedPath extends NameInFolder, Disposable {}

/**
 * Walks to a folder below a root, link by link refused, and proves that it lies inside.
 *
 * @throws FileError FILE_NOT_FOUND, FILE_IS_LINK, FILE_NOT_FOLDER, FILE_OUTSIDE_ROOT
 */
export function openContainedFolder(
  root: RootFolder,
  segments: readonly string[],
  missing: MissingFolders = 'refuse',
): DirectoryHandle {
  let folder = root.openHandle()
  try {
    for (const segment of segments) {
      const next = missing === 'make' ? folder.makeFolder(segment) : folder.openFolder(segment)
      folder[Symbol.dispose]()
      folder = next
    }
    folder.verify()
    return folder
  } catch (error) {
    folder[Symbol.dispose]()
    throw error
  }
}

/** Walks to the folder of a file; the file itself is not touched. */
export function openContainedPath(
  root: RootFolder,
  path: RelativePath,
  missing: MissingFolders = 'refuse',
): ContainedPath {
  const name = path.segments.at(-1)
  if (name === undefined)
    throw new FileError('FILE_NOT_REGULAR', { at: path.text, summary: 'This is the root folder.' })
  const folder = openContainedFolder(root, path.segments.slice(0, -1), missing)
  return { folder, name, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}
