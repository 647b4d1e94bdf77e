import { compareText } from '../compare-text.ts'
import type { CodeMap } from '../code-map.ts'
import { strongComponents } from '../strong-components.ts'
import { folderOf } from './module-path.ts'

/** Modules that are drawn as one, because they share a folder. */
export interface FolderGroup {
  /** The folder, `.` for files of the root, or `otherFolders`. */
  readonly name: string
  readonly modules: number
  readonly bytes: number
}

/** Imports from one group into another; both may be the same. */
export interface GroupLink {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** A code base seen folder by folder. Groups are in dependency order: importers before imported. */
export interface FolderGroups {
  readonly groups: readonly FolderGroup[]
  readonly links: readonly GroupLink[]
  /** For each module of the map, by its position, the position of its group. */
  readonly groupOf: readonly number[]
}

/** More rows than this make no readable matrix. */
export const groupCountMax: number = 40

/** From this many folders on, all are cut at one depth before the smallest are merged. */
const mergedCountMax = 1000

/** Holds what is left over where even the top folders are too many. */
export const otherFolders: string = '(other folders)'

/**
 * Groups modules by folder, as deep as the number of groups allows: where there are too many
 * folders, the smallest join their parents.
 *
 * @example folderGroups(map).groups.map(({ name }) => name) // [".", "internal", "internal/util"]
 */
export function folderGroups(map: CodeMap): FolderGroups {
  const names = groupNames(map.modules.map(({ path }) => folderOf(path)))
  const all = [...new Set(names)].sort(compareText)
  const moduleAt = new Map(map.modules.map(({ path }, index) => [path, index]))
  const nameAt = (path: string): string => names[moduleAt.get(path) ?? -1] ?? ''
  const pairs = map.links.map(({ from, to }) => [nameAt(from), nameAt(to)] as const)
  const ordered = dependencyOrder(all, pairs)
  const indexOf = new Map(ordered.map((name, index) => [name, index]))
  const groupOf = names.map((name) => indexOf.get(name) ?? -1)
  return {
    groups: ordered.map((name, index) => {
      const members = map.modules.filter((_, at) => groupOf[at] === index)
      const bytes = members.reduce((sum, module) => sum + module.bytes, 0)
      return { name, modules: members.length, bytes }
    }),
    links: countPairs(pairs.map(([a, b]) => [indexOf.get(a) ?? -1, indexOf.get(b) ?? -1])),
    groupOf,
  }
}

// ---------------------------------------------------------------------------------------------

function groupNames(all: readonly string[]): string[] {
  const folders = cutToDepth(all)
  const counts = new Map<string, number>()
  for (const folder of folders) counts.set(folder, (counts.get(folder) ?? 0) + 1)
  const mergedInto = new Map<string, string>()
  while (counts.size > groupCountMax) {
    const [name, modules] = leastOf(counts)
    const into = parentGroup(name)
    mergedInto.set(name, into)
    counts.delete(name)
    counts.set(into, (counts.get(into) ?? 0) + modules)
  }
  const groupOf = (name: string): string => {
    let group = name
    // A group that was merged away may have come back as the parent of another.
    while (!counts.has(group)) group = mergedInto.get(group) ?? otherFolders
    return group
  }
  return folders.map(groupOf)
}

/** Merging one by one takes time in the square of the folders, so the deepest are cut off first. */
function cutToDepth(folders: readonly string[]): readonly string[] {
  let depth = folders.reduce((max, folder) => Math.max(max, folder.split('/').length), 1)
  let names = folders
  while (depth > 1 && new Set(names).size > mergedCountMax) {
    depth -= 1
    names = cutAt(folders, depth)
  }
  return names
}

function cutAt(folders: readonly string[], depth: number): string[] {
  return folders.map((folder) => folder.split('/').slice(0, depth).join('/'))
}

/** The smallest below another folder; top folders go last, since what they hold shares nothing. */
function leastOf(counts: ReadonlyMap<string, number>): readonly [string, number] {
  const entries = [...counts].filter(([name]) => name !== otherFolders)
  const nested = entries.filter(([name]) => name.includes('/'))
  return (nested.length > 0 ? nested : entries).reduce((least, one) => {
    const order = one[1] - least[1] || one[0].length - least[0].length || compareText(one[0], least[0])
    return order < 0 ? one : least
  })
}

function parentGroup(folder: string): string {
  const slash = folder.lastIndexOf('/')
  return slash > 0 ? folder.slice(0, slash) : otherFolders
}

/** A folder stands before those it imports; only folders of one cycle cannot all have that. */
function dependencyOrder(names: readonly string[], pairs: readonly (readonly [string, string])[]): string[] {
  const indexOf = new Map(names.map((name, index) => [name, index]))
  const links = countPairs(pairs.map(([a, b]) => [indexOf.get(a) ?? -1, indexOf.get(b) ?? -1]))
  const successors = names.map((_, from) => links.filter((link) => link.from === from).map(({ to }) => to))
  return strongComponents(successors)
    .toReversed()
    .flatMap((component) => withinCycle(component, links))
    .map((index) => names[index] ?? '')
}

/** Again and again the one that imports the others most and is imported by them least. */
function withinCycle(component: readonly number[], links: readonly GroupLink[]): number[] {
  const order: number[] = []
  const left = new Set(component.toSorted((a, b) => a - b))
  while (left.size > 0) {
    const inside = links.filter((one) => one.from !== one.to && left.has(one.from) && left.has(one.to))
    const share = (node: number): number => {
      const out = inside.reduce((sum, one) => sum + (one.from === node ? one.count : 0), 0)
      const into = inside.reduce((sum, one) => sum + (one.to === node ? one.count : 0), 0)
      return out / Math.max(1, out + into)
    }
    const first = [...left].reduce((best, node) => (share(node) > share(best) ? node : best))
    order.push(first)
    left.delete(first)
  }
  return order
}

function countPairs(pairs: readonly (readonly [number, number])[]): GroupLink[] {
  const groups = Map.groupBy(pairs, ([from, to]) => `${from} ${to}`)
  return [...groups.values()]
    .flatMap((same) => same.slice(0, 1).map(([from, to]) => ({ from, to, count: same.length })))
    .sort((a, b) => a.from - b.from || a.to - b.to)
}
