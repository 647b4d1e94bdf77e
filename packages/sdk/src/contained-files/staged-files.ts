import { openContainedFolder } from './contained-path.ts'
import { copyContent, type ContentDigest } from './copy-content.ts'
import type { DirectoryHandle, FolderName } from './directory-handle.ts'
import { FileError } from './file-error.ts'
import { fromSystemError } from './from-system-error.ts'
import { faultOfName, relativePath, type RelativePath } from './parse-relative-path.ts'
import { isProtectedName, PROTECTED_NAMES } from './protected-names.ts'
import { openRegularFile } from './regular-file.ts'
import { RootFolder } from './root-folder.ts'
import { readRemovalMark } from './removal-mark.ts'
import { isRemovalMark, isTemporaryName } from './temporary-name.ts'

const STAGED_FILES_DEFAULT = 100_000

/** A file of a staging folder, named by its content. */
export interface StagedFile extends ContentDigest {
  readonly path: string
}

export interface StagedFilesOptions {
  /** Also makes files and folders durable, so that publishing can be redone after a power cut. */
  readonly sync?: boolean
  /** @defaultValue 100,000 */
  readonly maxFiles?: number
  /** @defaultValue `.git` and `.bosun`; they are passed over */
  readonly protectedNames?: readonly string[]
}

export interface StagedFiles {
  /** Sorted by code unit of the path. */
  readonly files: readonly StagedFile[]
  /** Paths of files that were removed, sorted likewise. */
  readonly removed: readonly string[]
  /** What lies in staging and can not be published: links, pipes, names no path can say. */
  readonly refused: readonly FileError[]
}

/**
 * Finds what an attempt has staged. Only regular files with one name count; empty folders do not.
 *
 * @throws FileError FILE_ROOT_INVALID, FILE_TOO_LARGE, FILE_IO
 */
export async function stagedFiles(staging: string, options: StagedFilesOptions = {}): Promise<StagedFiles> {
  using root = RootFolder.open(staging)
  const found = findFiles(root, options)
  const files: StagedFile[] = []
  for (const path of found.paths) {
    try {
      files.push({ path: path.text, ...(await digestOf(root, path, options.sync === true)) })
    } catch (error) {
      found.refused.push(refusalOf(error, path.text))
    }
  }
  const removed = await removedPaths(root, found, options.sync === true)
  if (options.sync === true) await syncFolders(root, found.folders)
  return {
    files: files.sort((one, other) => (one.path < other.path ? -1 : 1)),
    removed: removed.sort(),
    refused: found.refused,
  }
}

// Private

interface Found {
  readonly paths: RelativePath[]
  readonly marks: RelativePath[]
  readonly folders: (readonly string[])[]
  readonly refused: FileError[]
}

/** Breadth first with a list instead of recursion, so a deep tree holds one descriptor at a time. */
function findFiles(root: RootFolder, options: StagedFilesOptions): Found {
  const found: Found = { paths: [], marks: [], folders: [[]], refused: [] }
  const limit = options.maxFiles ?? STAGED_FILES_DEFAULT
  const protectedNames = options.protectedNames ?? PROTECTED_NAMES
  // The list grows while it is walked; every folder counts against the limit, so it ends.
  for (const segments of found.folders) {
    using folder = openContainedFolder(root, segments)
    for (const entry of folder.names()) {
      if (isTemporaryName(entry.name) || isProtectedName(entry.name, protectedNames)) continue
      sortIn(found, folder, { segments, entry })
      if (found.paths.length + found.marks.length + found.folders.length + found.refused.length > limit + 1)
        throw new FileError('FILE_TOO_LARGE', {
          at: folder.place,
          summary: `More than ${limit} files and folders are staged.`,
        })
    }
  }
  return found
}

function sortIn(
  found: Found,
  folder: DirectoryHandle,
  { segments, entry }: { segments: readonly string[]; entry: FolderName },
): void {
  if (isRemovalMark(entry.name)) {
    found.marks.push(relativePath([...segments, entry.name]))
    return
  }
  const at = folder.placeOf(entry.name)
  const fault = entry.isText ? faultOfName(entry.name) : 'The name is not valid text.'
  const stats = entry.isText ? folder.inspect(entry.name) : undefined
  if (fault !== undefined) found.refused.push(new FileError('FILE_PATH_INVALID', { at, summary: fault }))
  else if (stats?.isDirectory() === true) found.folders.push([...segments, entry.name])
  // Everything else is tried as a file, and says itself why it is none.
  else found.paths.push(relativePath([...segments, entry.name]))
}

async function removedPaths(root: RootFolder, found: Found, sync: boolean): Promise<string[]> {
  const staged = new Set(found.paths.map(({ text }) => text))
  const removed: string[] = []
  for (const mark of found.marks) {
    try {
      const { text } = await readRemovalMark(root, mark, { sync })
      // A crash between a write and the end of its mark leaves both; the file is what counts.
      if (!staged.has(text)) removed.push(text)
    } catch (error) {
      found.refused.push(refusalOf(error, mark.text))
    }
  }
  return removed
}

/** A fault of the disk says nothing about the file: it must not pass for a refusal. */
function refusalOf(error: unknown, at: string): FileError {
  const refusal = fromSystemError(error, at)
  if (!FileError.is(refusal) || refusal.code === 'FILE_IO') throw refusal
  return refusal
}

async function digestOf(root: RootFolder, path: RelativePath, sync: boolean): Promise<ContentDigest> {
  await using file = await openRegularFile(root, path, 'refuse')
  const digest = await copyContent(file.handle)
  if (sync) await file.handle.sync()
  return digest
}

async function syncFolders(root: RootFolder, folders: readonly (readonly string[])[]): Promise<void> {
  for (const segments of folders) {
    using folder = openContainedFolder(root, segments)
    await folder.sync()
  }
}
