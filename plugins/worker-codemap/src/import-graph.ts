import { compareText } from './compare-text.ts'
import type { ImportKind } from './module-imports.ts'
import { resolveImport } from './resolve-import.ts'
import type { SourceModule } from './source-module.ts'

/** One scanned module imports another. */
export interface ImportLink {
  readonly from: string
  readonly to: string
  readonly kinds: readonly ImportKind[]
}

/** A package, or another place outside the scan, that modules import. */
export interface ExternalPackage {
  readonly name: string
  /** How many modules import it. */
  readonly modules: number
}

/** A relative specifier that leads to no scanned module. */
export interface UnresolvedImport {
  readonly path: string
  readonly from: string
}

/** Who imports whom, each list sorted. */
export interface ImportGraph {
  readonly links: readonly ImportLink[]
  readonly externals: readonly ExternalPackage[]
  readonly unresolved: readonly UnresolvedImport[]
}

/**
 * Resolves every import of a set of modules.
 *
 * A link counts as `type` also where nothing says so but every name taken is an interface or a type
 * of the other module: compilers drop such an import as well.
 *
 * @param modules with distinct paths
 * @example importGraph([{ path: "a.ts", imports: [{ from: "./b.js", kind: "import" }], … }, b]).links
 * // [{ from: "a.ts", to: "b.ts", kinds: ["import"] }]
 */
export function importGraph(modules: readonly SourceModule[]): ImportGraph {
  const paths = new Set(modules.map((module) => module.path))
  const types = new Map(modules.map((module) => [module.path, typeOnlyNames(module)]))
  const links: ImportLink[] = []
  const importers = new Map<string, number>()
  const unresolved: UnresolvedImport[] = []
  for (const module of modules) {
    const kinds = new Map<string, Set<ImportKind>>()
    const externals = new Set<string>()
    for (const { from, kind, names = [] } of module.imports) {
      const target = resolveImport(module.path, from, paths)
      if (target.kind === 'external') externals.add(target.name)
      else if (target.kind === 'unresolved') unresolved.push({ path: module.path, from })
      else {
        const dropped = names.length > 0 && names.every((name) => types.get(target.path)?.has(name))
        const set = kinds.get(target.path) ?? new Set()
        kinds.set(target.path, set.add(dropped ? 'type' : kind))
      }
    }
    for (const [to, set] of kinds) links.push({ from: module.path, to, kinds: [...set].sort() })
    for (const name of externals) importers.set(name, (importers.get(name) ?? 0) + 1)
  }
  return {
    links: links.sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to)),
    externals: [...importers]
      .map(([name, count]) => ({ name, modules: count }))
      .sort((a, b) => b.modules - a.modules || compareText(a.name, b.name)),
    unresolved: unresolved.sort((a, b) => compareText(a.path, b.path) || compareText(a.from, b.from)),
  }
}

// ---------------------------------------------------------------------------------------------

/** The exports that no running program can see. A name may be a type and a value at once. */
function typeOnlyNames({ exports }: SourceModule): Set<string> {
  const types = exports.filter(({ kind }) => kind === 'interface' || kind === 'type')
  const names = new Set(types.map(({ name }) => name))
  for (const { name, kind } of exports) {
    if (kind !== 'interface' && kind !== 'type') names.delete(name)
  }
  return names
}
