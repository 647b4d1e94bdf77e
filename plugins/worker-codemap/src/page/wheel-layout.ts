/** Something that gets a place on the rim. Its path tells who its neighbours are. */
export interface WheelNode {
  readonly path: string
  /** Its part of the rim, relative to the others. */
  readonly weight: number
}

/** A node with its place; angles in radians, clockwise from the top. */
export interface WheelPlace {
  readonly start: number
  readonly middle: number
  readonly end: number
}

/** A curve between two nodes. */
export interface WheelCurve {
  readonly from: number
  readonly to: number
  readonly points: readonly Point[]
}

/** A point with the centre at zero and y pointing down. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** How closely a curve follows the tree: 0 is a straight line. */
const BUNDLING = 0.82

/**
 * Places nodes on a circle in the order given and leads links through the inside along the folder
 * tree, so that links between the same folders run together.
 *
 * The method is Danny Holten's, "Hierarchical Edge Bundles", IEEE TVCG 12(5), 2006.
 *
 * @param nodes in an order that keeps a folder together
 * @example wheelLayout([{ path: "a", weight: 1 }, { path: "b", weight: 1 }], [{ from: 0, to: 1 }], 100)
 */
export function wheelLayout(
  nodes: readonly WheelNode[],
  links: readonly { readonly from: number; readonly to: number }[],
  radius: number,
): { readonly places: readonly WheelPlace[]; readonly curves: readonly WheelCurve[] } {
  const places = placeAll(nodes)
  const tree = folderPoints(nodes, places, radius)
  const curves = links.flatMap(({ from, to }) => {
    const [a, b] = [nodes[from], nodes[to]]
    const [placeA, placeB] = [places[from], places[to]]
    if (!a || !b || !placeA || !placeB) return []
    const between = wayThroughTree(a.path, b.path).map((folder) => tree.get(folder))
    const ends = [pointAt(placeA.middle, radius), pointAt(placeB.middle, radius)] as const
    const way = [ends[0], ...between.filter((point) => point !== undefined), ends[1]]
    return [{ from, to, points: straightened(way) }]
  })
  return { places, curves }
}

/** The point of the rim, or inside it, at an angle. */
export function pointAt(angle: number, radius: number): Point {
  return { x: Math.sin(angle) * radius, y: -Math.cos(angle) * radius }
}

// ---------------------------------------------------------------------------------------------

function placeAll(nodes: readonly WheelNode[]): WheelPlace[] {
  // A little air between folders makes them visible as such.
  const gaps = nodes.map((node, index) => {
    const next = nodes[(index + 1) % nodes.length]
    return next && parentOf(next.path) === parentOf(node.path) ? 0 : 1
  })
  const weights = nodes.reduce((sum, { weight }) => sum + weight, 0)
  const gapShare = Math.min(0.15, 0.006 * gaps.filter((gap) => gap > 0).length)
  const gapCount = gaps.reduce<number>((sum, gap) => sum + gap, 0)
  const perGap = gapCount > 0 ? (gapShare * 2 * Math.PI) / gapCount : 0
  const perWeight = (2 * Math.PI - perGap * gapCount) / Math.max(weights, Number.MIN_VALUE)
  let angle = 0
  return nodes.map(({ weight }, index) => {
    const start = angle
    const end = start + weight * perWeight
    angle = end + (gaps[index] ?? 0) * perGap
    return { start, middle: (start + end) / 2, end }
  })
}

/** A folder stands between its first and last node, the nearer to the rim the deeper it is. */
function folderPoints(nodes: readonly WheelNode[], places: readonly WheelPlace[], radius: number): Map<string, Point> {
  const ranges = new Map<string, { start: number; end: number; depth: number }>()
  for (const [index, { path }] of nodes.entries()) {
    const place = places[index]
    if (!place) continue
    const folders = ancestors(path)
    for (const [at, folder] of folders.entries()) {
      const range = ranges.get(folder) ?? { start: Infinity, end: 0, depth: 0 }
      range.start = Math.min(range.start, place.start)
      range.end = Math.max(range.end, place.end)
      range.depth = folders.length - 1 - at
      ranges.set(folder, range)
    }
  }
  const depthMax = nodes.reduce((max, { path }) => Math.max(max, path.split('/').length), 1)
  return new Map(
    [...ranges].map(([folder, { start, end, depth }]) => [
      folder,
      pointAt((start + end) / 2, radius * 0.85 * (depth / depthMax)),
    ]),
  )
}

/** Of `a/b/c` the list `a/b`, `a` and the root, which is the empty text. */
function ancestors(path: string): string[] {
  const segments = path.split('/').slice(0, -1)
  return [...segments.keys()].map((index) => segments.slice(0, segments.length - index).join('/')).concat('')
}

/** Up from one node to the folder both share, and down to the other. */
function wayThroughTree(a: string, b: string): string[] {
  const up = ancestors(a)
  const down = ancestors(b)
  const shared = up.find((folder) => down.includes(folder)) ?? ''
  return [...up.slice(0, up.indexOf(shared) + 1), ...down.slice(0, down.indexOf(shared)).reverse()]
}

function straightened(points: readonly Point[]): Point[] {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return []
  return points.map(({ x, y }, index) => {
    const share = index / (points.length - 1)
    return {
      x: BUNDLING * x + (1 - BUNDLING) * (first.x + share * (last.x - first.x)),
      y: BUNDLING * y + (1 - BUNDLING) * (first.y + share * (last.y - first.y)),
    }
  })
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
