import { compareText } from '../compare-text.ts'
import type { CodeMap } from '../code-map.ts'
import { curvePath } from './curve-path.ts'
import type { FolderGroups } from './folder-groups.ts'
import { formatCoordinate as at } from './format-number.ts'
import { hueClass } from './hue-class.ts'
import { html, type Html } from './html.ts'
import { baseName, folderLabel, shortened, shortenedPath } from './module-path.ts'
import { pointAt, wheelLayout, type WheelPlace } from './wheel-layout.ts'

/** Beyond this many modules the wheel shows folders. */
export const wheelModulesMax: number = 150

const RIM = 9
/** Around the rim, for labels. */
const MARGIN = 170
const LABEL_CHARACTERS_MAX = 20

/** One place on the rim, whether it is a module or a folder. */
interface Spoke {
  readonly path: string
  readonly label: string
  readonly weight: number
  readonly group: number
  /** Position of the module or group, for the script of the page. */
  readonly index: number
}

interface Wheel {
  readonly spokes: readonly Spoke[]
  /** Between positions in `spokes`. */
  readonly links: readonly { readonly from: number; readonly to: number; readonly count: number }[]
  readonly of: 'module' | 'group'
  readonly radius: number
}

/** Draws who imports whom: modules on a rim, or folders where there are too many modules. */
export function wheelSection(map: CodeMap, groups: FolderGroups): Html {
  const wheel = map.modules.length > wheelModulesMax ? folderWheel(groups) : moduleWheel(map, groups)
  const { places, curves } = wheelLayout(wheel.spokes, wheel.links, wheel.radius - 3)
  const drawn = curves.map(({ from, to, points }, index) => {
    const [source, target] = [wheel.spokes[from], wheel.spokes[to]]
    const width = at(0.7 + Math.log2(wheel.links[index]?.count ?? 1) * 0.75)
    return html`<path
      class="link ${hueClass(source?.group ?? 0)}"
      data-a="${source?.index}"
      data-b="${target?.index}"
      stroke-width="${width}"
      d="${curvePath(points)}"
    />`
  })
  const rim = wheel.spokes.map((spoke, index) => {
    const place = places[index]
    return place && spokeMarkup(spoke, place, wheel)
  })
  const half = wheel.radius + MARGIN
  const box = `${-half} ${-half} ${2 * half} ${2 * half}`
  return html`<div class="wheel-box">
    <svg class="wheel" data-of="${wheel.of}" viewBox="${box}" role="img" aria-label="Imports as curves">
      ${drawn}${rim}
    </svg>
  </div>`
}

// ---------------------------------------------------------------------------------------------

function moduleWheel(map: CodeMap, groups: FolderGroups): Wheel {
  const indexOf = new Map(map.modules.map(({ path }, index) => [path, index]))
  const spokes = map.modules.map(({ path }, index) => ({
    path,
    label: shortened(baseName(path), LABEL_CHARACTERS_MAX),
    weight: 1,
    group: groups.groupOf[index] ?? 0,
    index,
  }))
  const order = inPathOrder(spokes)
  const placeOf = new Map(order.map(({ index }, place) => [index, place]))
  const place = (path: string): number => placeOf.get(indexOf.get(path) ?? -1) ?? -1
  const links = map.links
    .filter(({ from, to }) => from !== to)
    .map(({ from, to }) => ({ from: place(from), to: place(to), count: 1 }))
  return { spokes: order, links, of: 'module', radius: 310 }
}

function folderWheel({ groups, links }: FolderGroups): Wheel {
  const spokes = groups.map(({ name, modules }, index) => ({
    path: name,
    label: shortenedPath(folderLabel(name), LABEL_CHARACTERS_MAX),
    weight: 1 + Math.sqrt(modules),
    group: index,
    index,
  }))
  const order = inPathOrder(spokes)
  const placeOf = new Map(order.map(({ index }, place) => [index, place]))
  const between = links
    .filter(({ from, to }) => from !== to)
    .map(({ from, to, count }) => ({
      from: placeOf.get(from) ?? -1,
      to: placeOf.get(to) ?? -1,
      count,
    }))
  return { spokes: order, links: between, of: 'group', radius: 190 }
}

/** Keeps a folder together: its files first, then its sub-folders. */
function inPathOrder(spokes: readonly Spoke[]): Spoke[] {
  const key = ({ path }: Spoke): string => {
    const slash = path.lastIndexOf('/')
    return `${path.slice(0, Math.max(0, slash))}\n${path.slice(slash + 1)}`
  }
  return spokes.toSorted((a, b) => compareText(key(a), key(b)))
}

function spokeMarkup(spoke: Spoke, place: WheelPlace, { of, radius }: Wheel): Html {
  const reference = of === 'module' ? 'm' : 'g'
  const degrees = (place.middle * 180) / Math.PI - 90
  const flipped = place.middle > Math.PI
  const anchor = pointAt(place.middle, radius + RIM + 6)
  const turn = `rotate(${at(flipped ? degrees + 180 : degrees)} ${at(anchor.x)} ${at(anchor.y)})`
  return html`<g class="spoke ${hueClass(spoke.group)} ${flipped ? 'flipped' : ''}" data-${reference}="${spoke.index}"
    ><path d="${arcPath(place, radius)}" /><text x="${at(anchor.x)}" y="${at(anchor.y)}" transform="${turn}"
      >${spoke.label}</text
    ></g
  >`
}

function arcPath({ start, end }: WheelPlace, inner: number): string {
  // A full circle has no arc between its ends; a little less has.
  const stop = Math.min(end, start + 2 * Math.PI - 0.001)
  const large = stop - start > Math.PI ? 1 : 0
  const outer = inner + RIM
  return (
    `M${arcPoint(start, inner)}A${inner} ${inner} 0 ${large} 1 ${arcPoint(stop, inner)}` +
    `L${arcPoint(stop, outer)}A${outer} ${outer} 0 ${large} 0 ${arcPoint(start, outer)}Z`
  )
}

/** Finer than other coordinates, or narrow arcs would show steps. */
function arcPoint(angle: number, radius: number): string {
  const { x, y } = pointAt(angle, radius)
  return `${x.toFixed(2)} ${y.toFixed(2)}`
}
