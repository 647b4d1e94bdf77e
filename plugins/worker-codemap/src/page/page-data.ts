import type { CodeMap } from '../code-map.ts'
import type { FolderGroups } from './folder-groups.ts'
import { folderLabel } from './module-path.ts'

/** What the script of the page reads: short keys, since there is one record per module. */
export interface PageData {
  /** Names of the groups. */
  readonly groups: readonly string[]
  readonly modules: readonly PageModule[]
}

/** One module; lists of numbers are positions of other modules. */
export interface PageModule {
  /** Path, bytes, lines, group. */
  readonly p: string
  readonly b: number
  readonly l: number
  readonly g: number
  /** Exports as name and kind. */
  readonly x: readonly (readonly [string, string])[]
  /** Imports that are followed at run time, and those of types only. */
  readonly i: readonly number[]
  readonly t: readonly number[]
  /** Specifiers that lead out of the map. */
  readonly o: readonly string[]
  /** Whether it is part of a cycle, and its parse error. */
  readonly c?: 1
  readonly e?: string
}

/**
 * Puts the parts of a map together that the page shows on request.
 *
 * @example pageData(map, folderGroups(map)).modules[0]?.p // "index.ts"
 */
export function pageData(map: CodeMap, { groups, groupOf }: FolderGroups): PageData {
  const indexOf = new Map(map.modules.map(({ path }, index) => [path, index]))
  const linksOf = Map.groupBy(map.links, ({ from }) => from)
  const cyclic = new Set(map.cycles.flatMap(({ modules }) => modules))
  return {
    groups: groups.map(({ name }) => folderLabel(name)),
    modules: map.modules.map(({ path, bytes, lines, exports, imports, error }, index) => {
      const links = linksOf.get(path) ?? []
      const targets = (typed: boolean): number[] =>
        links
          .filter(({ kinds }) => kinds.every((kind) => kind === 'type') === typed)
          .map(({ to }) => indexOf.get(to) ?? -1)
      const outside = imports.map(({ from }) => from).filter((from) => !/^\.\.?(?:\/|$)/.test(from))
      return {
        p: path,
        b: bytes,
        l: lines,
        g: groupOf[index] ?? 0,
        x: exports.map(({ name, kind }) => [name, kind] as const),
        i: targets(false),
        t: targets(true),
        o: [...new Set(outside)],
        ...(cyclic.has(path) ? { c: 1 as const } : {}),
        ...(error ? { e: `${error.line > 0 ? `line ${error.line}: ` : ''}${error.message}` } : {}),
      }
    }),
  }
}
