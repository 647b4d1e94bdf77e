import { openContainedPath } from './contained-path.ts'
import { FileError } from './file-error.ts'
import type { RelativePath } from './parse-relative-path.ts'
import { openRegularFile, type RegularFile } from './regular-file.ts'
import { isMarkedRemoved } from './removal-mark.ts'
import type { Layer, Location } from './roots.ts'

/**
 * Opens a file as the attempt sees it: the first layer that has something at the path answers,
 * whatever it is, and what staging has removed is not there.
 *
 * @throws FileError FILE_NOT_FOUND, FILE_IS_LINK, FILE_NOT_REGULAR, FILE_NOT_FOLDER, FILE_MULTIPLE_LINKS
 */
export async function openTopmost({ layers, path }: Location): Promise<RegularFile> {
  let missing: unknown
  for (const { kind, root } of layers) {
    try {
      return await openRegularFile(root, path, kind === 'staging' ? 'refuse' : 'allow')
    } catch (error) {
      if (!FileError.is(error, 'FILE_NOT_FOUND')) throw error
      missing = error
      if (kind === 'staging' && isMarkedRemoved(root, path)) break
    }
  }
  throw missing
}

/** Whether the attempt sees anything at a path: a file, a folder, a link. */
export function isThere({ layers, path }: Location): boolean {
  for (const layer of layers) {
    if (isIn(layer, path)) return true
    if (layer.kind === 'staging' && isMarkedRemoved(layer.root, path)) return false
  }
  return false
}

/** Whether one layer has anything at a path. */
export function isIn({ root }: Pick<Layer, 'root'>, path: RelativePath): boolean {
  try {
    using target = openContainedPath(root, path)
    return target.folder.inspect(target.name) !== undefined
  } catch (error) {
    if (FileError.is(error, 'FILE_NOT_FOUND')) return false
    throw error
  }
}
