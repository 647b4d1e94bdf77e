import { lstatSync, type BigIntStats } from 'node:fs'

/** A folder on the way from a root to a place, as it was when it was opened. */
export interface FolderLink {
  readonly path: string
  readonly device: bigint
  readonly inode: bigint
}

/**
 * Whether every folder on the way is still the one that was opened, and none is a link.
 *
 * For systems without descriptor paths only. It is weaker than they are: a swap that is undone
 * between two checks goes unseen, so it is asked before and after each step.
 */
export function chainHolds(chain: readonly FolderLink[]): boolean {
  return chain.every((link) => {
    const found = lstatSync(link.path, { bigint: true, throwIfNoEntry: false })
    return found !== undefined && found.isDirectory() && isSame(link, found)
  })
}

/** Remembers an open folder under the path it was opened by. */
export function folderLink(path: string, stats: BigIntStats): FolderLink {
  return { path, device: stats.dev, inode: stats.ino }
}

/** Whether two looks at the file system saw the same object. */
export function isSame(link: Omit<FolderLink, 'path'>, stats: BigIntStats): boolean {
  return link.device === stats.dev && link.inode === stats.ino
}
