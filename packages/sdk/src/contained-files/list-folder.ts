import { setImmediate } from 'node:timers/promises'
import { checkedLimit, LIST_ENTRIES_DEFAULT, LIST_ENTRIES_MAX } from './byte-limit.ts'
import { openContainedFolder } from './contained-path.ts'
import type { DirectoryHandle, FolderName } from './directory-handle.ts'
import { FileError } from './file-error.ts'
import { parseFolderPath } from './parse-relative-path.ts'
import { isProtectedName } from './protected-names.ts'
import type { Location, Roots } from './roots.ts'
import { removalMark } from './removal-mark.ts'
import { isOwnName, isRemovalMark } from './temporary-name.ts'

/** After so many entries others get their turn; looking at one takes some microseconds. */
const ENTRIES_PER_TURN = 256

export interface ListRequest {
  /** A folder; `.` is the top. */
  readonly path: string
  /** @defaultValue 10,000; at most 100,000 */
  readonly maxEntries?: number
}

export interface ListEntry {
  readonly name: string
  /** A name that is not valid text is `other`: it is shown, but no path can say it. */
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** The size of a file; 0 for all else. */
  readonly bytes: number
}

/**
 * Lists a folder as the attempt sees it: staged entries over the workspace's, and at the top the
 * mounts. Sorted by code unit, so the same tree is the same list everywhere.
 *
 * @throws FileError FILE_PATH_INVALID, FILE_PATH_PROTECTED, FILE_NOT_FOUND, FILE_NOT_FOLDER,
 * FILE_IS_LINK, FILE_TOO_LARGE, FILE_IO
 */
export async function listFolder(roots: Roots, request: ListRequest): Promise<ListEntry[]> {
  const path = parseFolderPath(request.path)
  const limit = checkedLimit('maxEntries', request.maxEntries, {
    fallback: LIST_ENTRIES_DEFAULT,
    max: LIST_ENTRIES_MAX,
  })
  const location = roots.locate(path)
  const found: Listing = { entries: new Map(), marks: new Set(), limit, place: path.text }
  if (path.segments.length === 0) for (const name of roots.mounts.keys()) add(found, { name, kind: 'folder', bytes: 0 })
  await listLayers(location, found, roots.protectedNames)
  return [...found.entries.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
}

// Private

interface Listing {
  /** What is in here came from a higher layer and hides what is below it. */
  readonly entries: Map<string, ListEntry>
  /** Marks of staging; what they stand for is gone from the layers below. */
  readonly marks: Set<string>
  readonly limit: number
  readonly place: string
}

async function listLayers(
  { layers, path }: Location,
  listing: Listing,
  protectedNames: readonly string[],
): Promise<void> {
  let isFound = false
  let missing: unknown
  for (const { root, kind } of layers) {
    try {
      using folder = openContainedFolder(root, path.segments)
      isFound = true
      const marks = await listOne(folder, listing, protectedNames)
      // They speak of what is below, never of what is staged itself.
      if (kind === 'staging') for (const name of marks) listing.marks.add(name)
    } catch (error) {
      // A staged folder also hides a file of the workspace with the same name.
      const isHidden = isFound && FileError.is(error, 'FILE_NOT_FOLDER')
      if (!isHidden && !FileError.is(error, 'FILE_NOT_FOUND')) throw error
      missing = error
    }
  }
  if (!isFound) throw missing
}

/** Returns the names that hide others below. */
async function listOne(
  folder: DirectoryHandle,
  listing: Listing,
  protectedNames: readonly string[],
): Promise<readonly string[]> {
  const marks: string[] = []
  let count = 0
  for (const found of folder.names()) {
    count += 1
    if (count % ENTRIES_PER_TURN === 0) await setImmediate()
    if (isRemovalMark(found.name)) marks.push(found.name)
    if (isOwnName(found.name) || isProtectedName(found.name, protectedNames)) continue
    if (listing.entries.has(found.name)) continue
    if (listing.marks.size > 0 && listing.marks.has(removalMark(found.name))) continue
    const entry = describe(folder, found)
    if (entry !== undefined) add(listing, entry)
  }
  return marks
}

/** Undefined when the entry has gone since its name was read. */
function describe(folder: DirectoryHandle, { name, isText }: FolderName): ListEntry | undefined {
  if (!isText) return { name, kind: 'other', bytes: 0 }
  const stats = folder.inspect(name)
  if (stats === undefined) return undefined
  if (stats.isFile()) return { name, kind: 'file', bytes: stats.size }
  if (stats.isDirectory()) return { name, kind: 'folder', bytes: 0 }
  return { name, kind: stats.isSymbolicLink() ? 'link' : 'other', bytes: 0 }
}

function add({ entries, limit, place }: Listing, entry: ListEntry): void {
  if (entries.size === limit)
    throw new FileError('FILE_TOO_LARGE', {
      at: place,
      summary: `The folder has more than ${limit} entries.`,
      fix: `List a folder below it, or set maxEntries (at most ${LIST_ENTRIES_MAX}).`,
    })
  entries.set(entry.name, entry)
}
