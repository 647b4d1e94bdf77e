import { type CodeMapCoverage, coverageOf } from './code-map-coverage.ts'
import { compareText } from './compare-text.ts'
import type { FolderScan } from './folder-scan.ts'
import type { FolderSummary } from './folder-summary.ts'
import { type ImportCycle, importCycles } from './import-cycles.ts'
import { type ExternalPackage, type ImportLink, importGraph, type UnresolvedImport } from './import-graph.ts'
import type { SourceModule } from './source-module.ts'

/** Scans gathered so far, in an order that does not depend on their arrival. */
export interface CodeMapDraft {
  readonly scans: readonly FolderScan[]
}

/** Sums over the whole map. */
export interface CodeMapTotals {
  readonly modules: number
  readonly folders: number
  readonly bytes: number
  readonly lines: number
  readonly exports: number
  /** Imports between scanned modules. */
  readonly links: number
  readonly externals: number
  readonly unresolved: number
  readonly cycles: number
  readonly parseErrors: number
}

/** A code base as data. The same scans give the same map, whatever order they came in. */
export interface CodeMap {
  readonly version: 1
  readonly totals: CodeMapTotals
  readonly coverage: CodeMapCoverage
  /** By path. */
  readonly modules: readonly SourceModule[]
  readonly links: readonly ImportLink[]
  /** The most used first. */
  readonly externals: readonly ExternalPackage[]
  readonly unresolved: readonly UnresolvedImport[]
  /** The largest first. */
  readonly cycles: readonly ImportCycle[]
  readonly largest: readonly { readonly path: string; readonly bytes: number; readonly lines: number }[]
  readonly mostImported: readonly { readonly path: string; readonly importers: number }[]
  readonly parseErrors: readonly {
    readonly path: string
    readonly message: string
    readonly line: number
  }[]
  /** By folder, what a model says of it; absent where none was asked. */
  readonly summaries?: readonly FolderSummary[]
}

/** How many entries `largest` and `mostImported` hold. */
export const rankedCountMax: number = 20

/** The draft before any scan: the initial value of the fold. */
export function emptyCodeMap(): CodeMapDraft {
  return { scans: [] }
}

/**
 * Adds one scan to a draft. Commutative: the draft is the same value whatever order scans come in,
 * so results may be folded as they arrive. The draft given is left as it was.
 *
 * A scan that comes twice is kept twice; the coverage of the finished map tells.
 *
 * @example scans.reduce(foldScans, emptyCodeMap())
 */
export function foldScans(draft: CodeMapDraft, scan: FolderScan): CodeMapDraft {
  let low = 0
  let high = draft.scans.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = draft.scans[middle]
    if (other && compareScans(other, scan) <= 0) low = middle + 1
    else high = middle
  }
  return { scans: draft.scans.toSpliced(low, 0, scan) }
}

/**
 * Turns gathered scans into the map: sorted, imports resolved, cycles found, coverage checked.
 *
 * Use it once, after the last scan. A file that came twice is in the map once and in
 * `coverage.duplicates`.
 *
 * @example finishCodeMap(scans.reduce(foldScans, emptyCodeMap())).coverage.complete // true
 */
export function finishCodeMap(draft: CodeMapDraft): CodeMap {
  const modules = distinctModules(draft.scans)
  const { links, externals, unresolved } = importGraph(modules)
  const cycles = importCycles(links)
  const coverage = coverageOf(draft.scans)
  const parseErrors = modules.flatMap(({ path, error }) => (error ? [{ path, ...error }] : []))
  return {
    version: 1,
    totals: {
      modules: modules.length,
      folders: coverage.folders,
      bytes: sum(modules.map(({ bytes }) => bytes)),
      lines: sum(modules.map(({ lines }) => lines)),
      exports: sum(modules.map(({ exports }) => exports.length)),
      links: links.length,
      externals: externals.length,
      unresolved: unresolved.length,
      cycles: cycles.length,
      parseErrors: parseErrors.length,
    },
    coverage,
    modules,
    links,
    externals,
    unresolved,
    cycles,
    largest: largest(modules),
    mostImported: mostImported(links),
    parseErrors,
  }
}

// ---------------------------------------------------------------------------------------------

/** By folder; the text decides only between two scans of one folder. */
function compareScans(a: FolderScan, b: FolderScan): number {
  return compareText(a.folder, b.folder) || compareText(JSON.stringify(a), JSON.stringify(b))
}

function distinctModules(scans: readonly FolderScan[]): SourceModule[] {
  const byPath = new Map<string, SourceModule>()
  for (const { modules } of scans) {
    for (const module of modules) {
      const other = byPath.get(module.path)
      // A file may change between two visits; which record stays must not depend on their order.
      if (!other || compareText(JSON.stringify(module), JSON.stringify(other)) < 0) {
        byPath.set(module.path, module)
      }
    }
  }
  return [...byPath.values()].sort((a, b) => compareText(a.path, b.path))
}

function largest(modules: readonly SourceModule[]): CodeMap['largest'] {
  return modules
    .map(({ path, bytes, lines }) => ({ path, bytes, lines }))
    .sort((a, b) => b.bytes - a.bytes || compareText(a.path, b.path))
    .slice(0, rankedCountMax)
}

function mostImported(links: readonly ImportLink[]): CodeMap['mostImported'] {
  const counts = new Map<string, number>()
  for (const { from, to } of links) if (from !== to) counts.set(to, (counts.get(to) ?? 0) + 1)
  return [...counts]
    .map(([path, importers]) => ({ path, importers }))
    .sort((a, b) => b.importers - a.importers || compareText(a.path, b.path))
    .slice(0, rankedCountMax)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
