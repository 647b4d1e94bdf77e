import { BosunError, pathGlob } from '@bosun/sdk'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that one template may match. */
export const MATCHES_MAX = 10_000
/** Entries that are looked at before a pattern is called too wide. */
const LOOKS_MAX = 500_000

/**
 * The files below a folder that a pattern matches, in the order of their code units, whatever the
 * file system says. Links are not followed; folders that start with a dot, and `node_modules`, are
 * left out unless the pattern names them.
 *
 * @throws RULE_MALFORMED for a pattern that cannot be read, PLAN_INVALID when too much matches
 */
export async function findFiles(folder: string, pattern: string, place: string): Promise<readonly string[]> {
  const glob = pathGlob(pattern)
  const named = new Set(pattern.split('/'))
  const found: string[] = []
  const pending = [fixedPart(pattern)]
  let looks = 0
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    for (const entry of await entriesOf(join(folder, path))) {
      looks += 1
      if (looks > LOOKS_MAX) throw tooWide(place, pattern, `more than ${LOOKS_MAX} entries to look at`)
      const below = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isDirectory() && (!isHidden(entry.name) || named.has(entry.name))) pending.push(below)
      if (entry.isFile() && glob.matches(below)) found.push(below)
      if (found.length > MATCHES_MAX) throw tooWide(place, pattern, `more than ${MATCHES_MAX} files`)
    }
  }
  return found.sort((a, b) => (a < b ? -1 : 1))
}

// ---------------------------------------------------------------------------------------------

/** The segments before the first wildcard, where the search starts; the last segment is a file. */
function fixedPart(pattern: string): string {
  const segments = pattern.split('/')
  const wild = segments.findIndex((segment) => segment.includes('*'))
  return segments.slice(0, wild < 0 ? segments.length - 1 : wild).join('/')
}

function isHidden(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules'
}

async function entriesOf(path: string) {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (error) {
    // A folder that is not there holds no files; one that cannot be read must not be skipped in silence.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return []
    throw new BosunError('FILE_UNREADABLE', { at: path, cause: error })
  }
}

function tooWide(place: string, pattern: string, received: string): BosunError {
  return new BosunError('PLAN_INVALID', {
    at: place,
    expected: `fewer files for ${pattern}`,
    received,
    fix: 'Narrow the pattern.',
  })
}
