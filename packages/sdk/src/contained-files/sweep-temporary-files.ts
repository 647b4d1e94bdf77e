import { openContainedFolder } from './contained-path.ts'
import { folderOf, type DeclaredFile } from './declared-files.ts'
import type { DirectoryHandle } from './directory-handle.ts'
import { FileError } from './file-error.ts'
import type { RootFolder } from './root-folder.ts'
import { prefixOfTemporaryName, temporaryPrefix } from './temporary-name.ts'

/**
 * Removes what an earlier, broken off try left half-written beside the same files. Each folder is
 * read once, whatever the number of files in it.
 */
export function sweepTemporaryFiles(root: RootFolder, declared: readonly DeclaredFile[]): void {
  const groups = Map.groupBy(declared, ({ path }) => folderOf(path).text)
  for (const group of groups.values()) {
    const [first] = group
    if (first === undefined) continue
    const prefixes = new Set(group.map(({ path }) => temporaryPrefix(path.segments.at(-1) ?? '')))
    try {
      using folder = openContainedFolder(root, folderOf(first.path).segments)
      removeMatching(folder, prefixes)
    } catch (error) {
      // A folder that does not exist yet holds nothing.
      if (!FileError.is(error, 'FILE_NOT_FOUND')) throw error
    }
  }
}

// Private

function removeMatching(folder: DirectoryHandle, prefixes: ReadonlySet<string>): void {
  const left: string[] = []
  for (const { name } of folder.names()) if (prefixes.has(prefixOfTemporaryName(name))) left.push(name)
  for (const name of left) folder.remove(name)
}
