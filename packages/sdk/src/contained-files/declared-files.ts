import { FileError } from './file-error.ts'
import { parseRelativePath, relativePath, type RelativePath } from './parse-relative-path.ts'
import { refuseProtected } from './protected-names.ts'
import type { StagedFile } from './staged-files.ts'

/** A file that is to be published, with its path as the door has read it. */
export interface DeclaredFile {
  readonly path: RelativePath
  readonly file: StagedFile
}

/**
 * Reads what is to be published and refuses a set that contradicts itself.
 *
 * @throws FileError FILE_PATH_INVALID, FILE_PATH_PROTECTED
 */
export function parseDeclaredFiles(files: readonly StagedFile[], protectedNames: readonly string[]): DeclaredFile[] {
  const declared = new Map<string, DeclaredFile>()
  for (const { path: text, bytes, sha256 } of files) {
    const path = parseRelativePath(text)
    refuseProtected(path, protectedNames)
    if (declared.has(path.text)) throw conflict(path, 'The path is declared twice.')
    declared.set(path.text, { path, file: { path: path.text, bytes, sha256 } })
  }
  for (const folder of foldersAbove([...declared.values()]))
    if (declared.has(folder.text))
      throw conflict(folder, 'The path is declared as a file, and another file lies in it.')
  return [...declared.values()]
}

/** The folder that a file lies in. */
export function folderOf(path: RelativePath): RelativePath {
  return relativePath(path.segments.slice(0, -1))
}

/** Every folder on the way to any of the files, each once, the root included. */
export function foldersAbove(declared: readonly DeclaredFile[]): RelativePath[] {
  const folders = new Map<string, RelativePath>()
  for (const { path } of declared)
    // From the file's folder upwards; what is known already has brought those above it.
    for (let depth = path.segments.length - 1; depth >= 0; depth -= 1) {
      const folder = relativePath(path.segments.slice(0, depth))
      if (folders.has(folder.text)) break
      folders.set(folder.text, folder)
    }
  return [...folders.values()]
}

// Private

function conflict(path: RelativePath, summary: string): FileError {
  return new FileError('FILE_PATH_INVALID', {
    at: path.text,
    summary,
    fix: 'Declare each path once, as a file.',
  })
}
