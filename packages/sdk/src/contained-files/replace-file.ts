import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { NameInFolder } from './contained-path.ts'
import { fromSystemError } from './from-system-error.ts'
import { refuseIrreplaceable } from './regular-file.ts'
import { temporaryName } from './temporary-name.ts'

/** Exclusive: the file is new and ours, so no link and no other name of a file is written through. */
const CREATE_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** The half-written form of a file: complete and closed, not yet under its final name. */
export interface TemporaryFile {
  readonly name: string
}

/**
 * Writes the half-written form of a file beside it, from whatever `fill` puts into the handle.
 *
 * @throws FileError FILE_IS_LINK, FILE_NOT_REGULAR, FILE_MULTIPLE_LINKS for what has the name now
 */
export async function createTemporaryFile(
  target: NameInFolder,
  fill: (handle: FileHandle) => Promise<void>,
): Promise<TemporaryFile> {
  refuseIrreplaceable(target)
  const { folder } = target
  const name = temporaryName(target.name)
  const place = folder.placeOf(target.name)
  try {
    await using handle = await open(folder.address(name), CREATE_FLAGS, 0o666)
    // Before the first byte: content goes nowhere that was not found to lie inside.
    folder.verifyFile(name, handle.fd)
    await fill(handle)
  } catch (error) {
    folder.remove(name)
    throw fromSystemError(error, place)
  }
  return { name }
}

/** Gives a half-written file its final name, in one step that others see whole or not at all. */
export function commitTemporaryFile(target: NameInFolder, { name }: TemporaryFile): void {
  const { folder } = target
  try {
    // Looked at again: much may have happened while the file was filled. A link that slips in
    // after this is replaced by the rename, never followed.
    refuseIrreplaceable(target)
    folder.rename(name, target.name)
  } catch (error) {
    folder.remove(name)
    throw error
  }
}
