import { constants, type Stats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { openContainedPath, type NameInFolder } from './contained-path.ts'
import { FileError } from './file-error.ts'
import { fromSystemError } from './from-system-error.ts'
import type { RelativePath } from './parse-relative-path.ts'
import type { RootFolder } from './root-folder.ts'

/** Non-blocking, so that a pipe without a writer that slipped in cannot hold us. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY

/**
 * Whether a file may have further names (hard links). Package managers link whole trees, so a
 * workspace and mounts allow it; in a staging folder such a name could stand for any file of the
 * user, and publishing would copy that file out.
 */
export type ManyLinks = 'allow' | 'refuse'

export interface RegularFile extends AsyncDisposable {
  readonly handle: FileHandle
  readonly stats: Stats
}

/**
 * Opens a file for reading and proves, on the descriptor, that it is a regular one inside the root.
 *
 * @throws FileError FILE_NOT_FOUND, FILE_IS_LINK, FILE_NOT_REGULAR, FILE_MULTIPLE_LINKS
 */
export async function openRegularFile(
  root: RootFolder,
  path: RelativePath,
  manyLinks: ManyLinks,
): Promise<RegularFile> {
  // Held until the file is open: the address below goes through its descriptor.
  using contained = openContainedPath(root, path)
  const { folder, name } = contained
  const place = folder.placeOf(name)
  const seen = folder.inspect(name)
  // Opening a device or a pipe can have effects of its own, so it is not even tried.
  if (seen !== undefined) refuseIrregular(seen, place, manyLinks)
  const handle = await openHandle(contained)
  try {
    const stats = await handle.stat()
    refuseIrregular(stats, place, manyLinks)
    folder.verifyFile(name, handle.fd)
    return { handle, stats, [Symbol.asyncDispose]: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw fromSystemError(error, place)
  }
}

/** @throws FileError when a name that exists is no file that may be replaced */
export function refuseIrreplaceable({ folder, name }: NameInFolder): void {
  const stats = folder.inspect(name)
  if (stats !== undefined) refuseIrregular(stats, folder.placeOf(name), 'refuse')
}

// Private

async function openHandle({ folder, name }: NameInFolder): Promise<FileHandle> {
  try {
    return await open(folder.address(name), READ_FLAGS)
  } catch (error) {
    throw fromSystemError(error, folder.placeOf(name))
  }
}

function refuseIrregular(stats: Stats, at: string, manyLinks: ManyLinks): void {
  if (stats.isSymbolicLink()) throw new FileError('FILE_IS_LINK', { at, summary: 'This is a symbolic link.' })
  if (!stats.isFile()) throw new FileError('FILE_NOT_REGULAR', { at, summary: `This is a ${kindOf(stats)}.` })
  if (manyLinks === 'refuse' && stats.nlink > 1)
    throw new FileError('FILE_MULTIPLE_LINKS', {
      at,
      summary: `This file has ${stats.nlink} names (hard links).`,
    })
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'folder'
  if (stats.isFIFO()) return 'pipe'
  return stats.isSocket() ? 'socket' : 'device'
}
