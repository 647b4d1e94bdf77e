import { compareText } from './compare-text.ts'
import type { ImportLink } from './import-graph.ts'
import type { ImportKind } from './module-imports.ts'
import { strongComponents } from './strong-components.ts'

/** Modules that all import each other, directly or by way of others. */
export interface ImportCycle {
  /** Sorted. */
  readonly modules: readonly string[]
  /** A shortest way around through the first module, which stands at both ends. */
  readonly loop: readonly string[]
  /**
   * Whether a way around exists that is followed while modules load. Where it is false, types or
   * `import()` close every loop, which does no harm at run time.
   * A class that is imported without `type` and used as a type only counts as loaded.
   */
  readonly atLoad: boolean
}

/** Followed before the importing module runs. */
const LOADING: ReadonlySet<ImportKind> = new Set<ImportKind>(['import', 're-export', 'require'])

/**
 * Finds the cycles of an import graph, the largest first. A module that imports itself is one.
 *
 * @example importCycles([{ from: "a", to: "b", kinds: ["import"] }, { from: "b", to: "a", kinds: ["type"] }])
 * // [{ modules: ["a", "b"], loop: ["a", "b", "a"], atLoad: false }]
 */
export function importCycles(links: readonly ImportLink[]): ImportCycle[] {
  return cycleSets(links)
    .map((modules) => {
      const members = new Set(modules)
      const inside = links.filter(({ from, to }) => members.has(from) && members.has(to))
      const loading = inside.filter(({ kinds }) => kinds.some((kind) => LOADING.has(kind)))
      return { modules, loop: shortestLoop(inside), atLoad: cycleSets(loading).length > 0 }
    })
    .sort((a, b) => b.modules.length - a.modules.length || compareText(a.modules[0] ?? '', b.modules[0] ?? ''))
}

// ---------------------------------------------------------------------------------------------

/** The components that hold a cycle, each sorted. */
function cycleSets(links: readonly ImportLink[]): string[][] {
  const paths = [...new Set(links.flatMap(({ from, to }) => [from, to]))].sort(compareText)
  const indexes = new Map(paths.map((path, index) => [path, index]))
  const successors: number[][] = paths.map(() => [])
  const loops = new Set<string>()
  for (const { from, to } of links) {
    successors[indexes.get(from) ?? -1]?.push(indexes.get(to) ?? -1)
    if (from === to) loops.add(from)
  }
  return strongComponents(successors)
    .map((component) => component.map((index) => paths[index] ?? '').sort(compareText))
    .filter((component) => component.length > 1 || loops.has(component[0] ?? ''))
}

/** Breadth first from the first module back to it, over the links of one component. */
function shortestLoop(links: readonly ImportLink[]): string[] {
  const start = links.map(({ from }) => from).reduce((a, b) => (compareText(a, b) <= 0 ? a : b))
  const successors = Map.groupBy(links, ({ from }) => from)
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const module of queue) {
    for (const { to } of successors.get(module) ?? []) {
      if (to === start) return [...wayTo(module, start, cameFrom), start]
      if (cameFrom.has(to)) continue
      cameFrom.set(to, module)
      queue.push(to)
    }
  }
  return [start]
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end]
  for (let at = end; at !== start;) {
    at = cameFrom.get(at) ?? start
    way.push(at)
  }
  return way.toReversed()
}
