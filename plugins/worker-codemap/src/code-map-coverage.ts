import { compareText } from './compare-text.ts'
import type { FolderScan, SkippedEntry } from './folder-scan.ts'

/** Something that came more than once, though each is to be visited exactly once. */
export interface DuplicateVisit {
  readonly path: string
  readonly what: 'file' | 'folder'
  readonly times: number
}

/** What was visited and what was not. */
export interface CodeMapCoverage {
  /** Source files, each counted once: the parsed and the failed. */
  readonly filesSeen: number
  readonly filesParsed: number
  readonly filesFailed: number
  /** Files that are no source code. */
  readonly filesOther: number
  /** Folders scanned, each counted once. */
  readonly folders: number
  /** Folders that no scan named: where the scan began. */
  readonly roots: readonly string[]
  readonly duplicates: readonly DuplicateVisit[]
  /** Folders that a scan named and nobody scanned. */
  readonly missing: readonly string[]
  readonly skipped: readonly SkippedEntry[]
  /** One root, nothing twice, nothing missing. */
  readonly complete: boolean
}

/**
 * Checks that every folder and file was visited exactly once.
 *
 * @param scans all that were delivered, in any order
 * @example coverageOf([scan, scan]).duplicates // [{ path: ".", what: "folder", times: 2 }]
 */
export function coverageOf(scans: readonly FolderScan[]): CodeMapCoverage {
  const files = countEach(scans.flatMap(({ modules }) => modules.map(({ path }) => path)))
  const folders = countEach(scans.map(({ folder }) => folder))
  const named = new Set(scans.flatMap((scan) => scan.folders))
  const failed = new Set(scans.flatMap(({ modules }) => modules.filter(({ error }) => error).map(({ path }) => path)))
  const roots = [...folders.keys()].filter((folder) => !named.has(folder)).sort(compareText)
  const missing = [...named].filter((folder) => !folders.has(folder)).sort(compareText)
  const duplicates = [...repeated(folders, 'folder'), ...repeated(files, 'file')]
  return {
    filesSeen: files.size,
    filesParsed: files.size - failed.size,
    filesFailed: failed.size,
    filesOther: scans.reduce((sum, { otherFiles }) => sum + otherFiles, 0),
    folders: folders.size,
    roots,
    duplicates,
    missing,
    skipped: distinctSkipped(scans),
    complete: roots.length === 1 && missing.length === 0 && duplicates.length === 0,
  }
}

/**
 * Says the coverage in one line, for a terminal or a log.
 *
 * @example describeCoverage(coverage)
 * // "252 of 252 source files parsed in 18 folders, each visited once; 4 skipped, 11 other files"
 */
export function describeCoverage(coverage: CodeMapCoverage): string {
  const faults = [
    coverage.duplicates.length > 0 && `${coverage.duplicates.length} visited twice`,
    coverage.missing.length > 0 && `${coverage.missing.length} folders not visited`,
    coverage.roots.length !== 1 && `${coverage.roots.length} roots`,
  ].filter((fault) => fault !== false)
  const verdict = coverage.complete ? 'each visited once' : `INCOMPLETE: ${faults.join(', ')}`
  return (
    `${coverage.filesParsed} of ${coverage.filesSeen} source files parsed in ` +
    `${coverage.folders} folders, ${verdict}; ` +
    `${coverage.skipped.length} skipped, ${coverage.filesOther} other files`
  )
}

// ---------------------------------------------------------------------------------------------

function countEach(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

function repeated(counts: ReadonlyMap<string, number>, what: DuplicateVisit['what']): DuplicateVisit[] {
  return [...counts]
    .filter(([, times]) => times > 1)
    .map(([path, times]) => ({ path, what, times }))
    .sort((a, b) => compareText(a.path, b.path))
}

function distinctSkipped(scans: readonly FolderScan[]): SkippedEntry[] {
  const byText = new Map(
    scans.flatMap(({ skipped }) => skipped.map((one) => [`${one.path}\n${one.why}`, one] as const)),
  )
  return [...byText.values()].sort((a, b) => compareText(a.path, b.path) || compareText(a.why, b.why))
}
