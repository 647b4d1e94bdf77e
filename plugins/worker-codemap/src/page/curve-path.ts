import { formatCoordinate as at } from './format-number.ts'
import type { Point } from './wheel-layout.ts'

/**
 * Writes a smooth curve as the `d` of an SVG path: a uniform cubic B-spline that begins and ends at
 * the outer points and is drawn towards those between.
 *
 * @example curvePath([{ x: 0, y: 0 }, { x: 9, y: 0 }]) // "M0 0L9 0"
 */
export function curvePath(points: readonly Point[]): string {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return ''
  if (points.length < 3) return `M${pair(first)}L${pair(last)}`
  // The ends repeated three times make the spline reach them.
  const padded = [first, first, ...points, last, last]
  let path = `M${pair(first)}`
  for (let index = 0; index + 3 < padded.length; index += 1) {
    const [, b, c, d] = padded.slice(index, index + 4)
    if (!b || !c || !d) continue
    const one = { x: (2 * b.x + c.x) / 3, y: (2 * b.y + c.y) / 3 }
    const two = { x: (b.x + 2 * c.x) / 3, y: (b.y + 2 * c.y) / 3 }
    const end = { x: (b.x + 4 * c.x + d.x) / 6, y: (b.y + 4 * c.y + d.y) / 6 }
    path += `C${pair(one)} ${pair(two)} ${pair(end)}`
  }
  return path
}

// ---------------------------------------------------------------------------------------------

function pair({ x, y }: Point): string {
  return `${at(x)} ${at(y)}`
}
