import type { BodyFacts } from './body-facts.ts'
import { markup, type Markup } from './escape-html.ts'

const UNKNOWN = { colours: ['#e7e9f2', '#8d95ac', '#353b50'], bands: false, ring: false } as const

/**
 * A drawing of a body: a lit sphere in its colours, with bands and a ring where it has them.
 *
 * @param id of its own within the page, because gradients are found by id
 */
export function bodyDrawing(facts: BodyFacts | undefined, id: string): Markup {
  const { colours, bands = false, ring = false } = facts ?? UNKNOWN
  const [light, middle, dark] = colours
  const radius = ring ? 54 : 72
  const isStar = facts?.kind === 'star'
  return markup`<svg viewBox="0 0 200 200" role="img" aria-label="${facts?.name ?? 'An unknown body'}">
<defs>
<radialGradient id="${id}-sphere" cx="${isStar ? 50 : 34}%" cy="${isStar ? 50 : 30}%" r="${isStar ? 52 : 78}%">
<stop offset="0" stop-color="${light}"/><stop offset=".45" stop-color="${middle}"/><stop offset="1" stop-color="${dark}"/>
</radialGradient>
<radialGradient id="${id}-glow"><stop offset=".6" stop-color="${middle}" stop-opacity=".38"/><stop offset="1" stop-color="${middle}" stop-opacity="0"/></radialGradient>
<linearGradient id="${id}-bands" x1="0" y1="0" x2="0" y2="1">
${BAND_STOPS.map(([at, opacity]) => markup`<stop offset="${at}" stop-color="${dark}" stop-opacity="${opacity}"/>`)}
</linearGradient>
</defs>
<circle cx="100" cy="100" r="98" fill="url(#${id}-glow)"/>
${ring ? ringHalf(light, false) : undefined}
<circle cx="100" cy="100" r="${radius}" fill="url(#${id}-sphere)"/>
${bands ? markup`<circle cx="100" cy="100" r="${radius}" fill="url(#${id}-bands)"/>` : undefined}
${ring ? ringHalf(light, true) : undefined}
</svg>`
}

// ---------------------------------------------------------------------------------------------

const BAND_STOPS = [
  [0, 0.25],
  [0.18, 0],
  [0.26, 0.3],
  [0.34, 0.05],
  [0.46, 0],
  [0.52, 0.34],
  [0.6, 0.08],
  [0.7, 0.28],
  [0.78, 0],
  [1, 0.3],
] as const

/** The half of the ring behind the sphere, or the one before it. */
function ringHalf(colour: string, front: boolean): Markup {
  const sweep = front ? 0 : 1
  return markup`<g transform="rotate(-16 100 100)" fill="none" stroke="${colour}">
<path d="M6 100 A94 24 0 0 ${sweep} 194 100" stroke-width="9" stroke-opacity=".55"/>
<path d="M20 100 A80 19 0 0 ${sweep} 180 100" stroke-width="5" stroke-opacity=".8"/>
</g>`
}
