/** A folder that is summed up with all below it, or as far as a subtree below has a summary of its own. */
export interface Subtree {
  readonly folder: string
  /** The folders whose scans it is summed up from. */
  readonly folders: readonly string[]
  /** The subtrees directly below it that are summed up before. */
  readonly parts: readonly string[]
}

/** Deeper folders are part of the summary of the one above. */
const DEPTH_MAX = 2

/**
 * Divides scanned folders into subtrees, those at the top first. Each folder is in exactly one of them.
 *
 * @param folders as scans write them: `.`, `src`, `src/util`
 * @param countMax when there are more, the deepest are left to those above
 */
export function subtrees(folders: readonly string[], countMax: number): readonly Subtree[] {
  const roots = folders
    .filter((folder) => depthOf(folder) <= DEPTH_MAX)
    .toSorted((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1))
    .slice(0, countMax)
  const known = new Set(roots)
  return roots.map((folder) => ({
    folder,
    folders: folders.filter((one) => nearest(one, known) === folder),
    parts: roots.filter((one) => one !== folder && nearest(parentOf(one), known) === folder),
  }))
}

function depthOf(folder: string): number {
  return folder === '.' ? 0 : folder.split('/').length
}

function parentOf(folder: string): string {
  const slash = folder.lastIndexOf('/')
  return slash < 0 ? '.' : folder.slice(0, slash)
}

/** The folder itself or the nearest above it that is known; the root of a scan always is, if any is. */
function nearest(folder: string, known: ReadonlySet<string>): string {
  return known.has(folder) || folder === '.' ? folder : nearest(parentOf(folder), known)
}
