import type { SourceModule } from '../source-module.ts'

/** A rectangle of a treemap: a module, or a folder drawn around what it holds. */
export interface TreemapTile {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly label: string
  /** Position of the module in the list; absent for a folder. */
  readonly module?: number
  /** Whether a folder has room for its label above its content. */
  readonly titled: boolean
}

interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

interface TreeNode {
  readonly label: string
  readonly children: Map<string, TreeNode>
  weight: number
  module?: number
}

const TITLE_HEIGHT = 16
const PADDING = 2
/** Smaller tiles cannot be seen; leaving them out keeps the page of a large code base small. */
const SIDE_MIN = 1.2

/**
 * Lays modules out as nested rectangles, folders around their files, areas as sizes in bytes.
 *
 * The layout is "squarified" (Bruls, Huizing, van Wijk, Squarified Treemaps, 2000): rows are filled
 * while that brings their tiles nearer to squares.
 *
 * @returns folders before what they hold, so that drawing in order nests
 * @example treemapLayout([{ path: "a.ts", bytes: 9, … }], 100, 50).length // 1
 */
export function treemapLayout(modules: readonly SourceModule[], width: number, height: number): TreemapTile[] {
  const tiles: TreemapTile[] = []
  const open = [{ node: treeOf(modules), area: { x: 0, y: 0, width, height } }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { node, area } of squarified([...next.node.children.values()], next.area)) {
      if (area.width < SIDE_MIN || area.height < SIDE_MIN) continue
      const titled = node.module === undefined && area.width > 44 && area.height > 34
      const { label, module } = node
      tiles.push({ ...area, label, titled, ...(module === undefined ? {} : { module }) })
      if (module === undefined) open.push({ node, area: inside(area, titled) })
    }
  }
  return tiles
}

// ---------------------------------------------------------------------------------------------

function treeOf(modules: readonly SourceModule[]): TreeNode {
  const root: TreeNode = { label: '.', children: new Map(), weight: 0 }
  for (const [index, module] of modules.entries()) {
    // An empty file is there too.
    const weight = Math.max(1, module.bytes)
    const segments = module.path.split('/')
    let node = root
    for (const [depth, label] of segments.entries()) {
      const isFile = depth === segments.length - 1
      // A file and a folder of one name cannot exist; the key keeps made-up ones apart anyway.
      const key = isFile ? `file ${label}` : `folder ${label}`
      const child: TreeNode = node.children.get(key) ?? { label, children: new Map(), weight: 0 }
      if (isFile) child.module = index
      child.weight += weight
      node.children.set(key, child)
      node = child
    }
  }
  return root
}

function inside({ x, y, width, height }: Area, titled: boolean): Area {
  const top = titled ? TITLE_HEIGHT : PADDING
  return {
    x: x + PADDING,
    y: y + top,
    width: Math.max(0, width - 2 * PADDING),
    height: Math.max(0, height - top - PADDING),
  }
}

function squarified(nodes: readonly TreeNode[], area: Area): { readonly node: TreeNode; readonly area: Area }[] {
  const sorted = nodes.toSorted((a, b) => b.weight - a.weight || (a.label < b.label ? -1 : 1))
  const placed: { node: TreeNode; area: Area }[] = []
  let left = area
  let weightLeft = sorted.reduce((sum, { weight }) => sum + weight, 0)
  for (let start = 0; start < sorted.length;) {
    const scale = (left.width * left.height) / weightLeft
    const end = rowEnd(sorted, start, scale, Math.min(left.width, left.height))
    const row = sorted.slice(start, end)
    const rowWeight = row.reduce((sum, { weight }) => sum + weight, 0)
    const share = rowWeight / weightLeft
    placed.push(...placeRow(row, rowWeight, left, share))
    left = remainder(left, share)
    weightLeft -= rowWeight
    start = end
  }
  return placed
}

/** How far a row along the shorter side goes before its tiles grow longer again. */
function rowEnd(nodes: readonly TreeNode[], start: number, scale: number, side: number): number {
  let sum = 0
  let worst = Infinity
  for (let end = start; end < nodes.length; end += 1) {
    const first = (nodes[start]?.weight ?? 0) * scale
    const last = (nodes[end]?.weight ?? 0) * scale
    sum += last
    const ratio = Math.max((side * side * first) / (sum * sum), (sum * sum) / (side * side * last))
    // Also where an area of no size makes the ratio NaN: the rest then is one row.
    if (ratio > worst) return end
    worst = ratio
  }
  return nodes.length
}

function placeRow(
  row: readonly TreeNode[],
  rowWeight: number,
  area: Area,
  share: number,
): { node: TreeNode; area: Area }[] {
  const wide = area.width >= area.height
  let done = 0
  return row.map((node) => {
    const from = done / rowWeight
    const part = node.weight / rowWeight
    done += node.weight
    const tile = wide
      ? { width: area.width * share, height: area.height * part, x: 0, y: area.height * from }
      : { width: area.width * part, height: area.height * share, x: area.width * from, y: 0 }
    return { node, area: { ...tile, x: area.x + tile.x, y: area.y + tile.y } }
  })
}

function remainder({ x, y, width, height }: Area, share: number): Area {
  return width >= height
    ? { x: x + width * share, y, width: width * (1 - share), height }
    : { x, y: y + height * share, width, height: height * (1 - share) }
}
