import { bodyDrawing } from './body-drawing.ts'
import { factsOf, type BodyFacts } from './body-facts.ts'
import { markup, type Markup } from './escape-html.ts'
import { pageFrame } from './page-frame.ts'

/** What a page is about. Facts of its own go before the stored ones. */
export interface PageSubject {
  readonly title: string
  readonly tagline?: string | undefined
  readonly facts?: Readonly<Record<string, string>> | undefined
  readonly notes?: readonly string[] | undefined
}

const EARTH_KM = 12_756

/** One sentence about a subject, for the index and for search engines. */
export function descriptionOf(subject: PageSubject): string {
  return subject.tagline ?? factsOf(subject.title)?.tagline ?? 'No facts about it are stored here.'
}

/** The whole HTML page of one subject. What is unknown is left out, never made up. */
export function bodyPage(subject: PageSubject): string {
  const stored = factsOf(subject.title)
  const facts = { ...(stored === undefined ? {} : storedFacts(stored)), ...subject.facts }
  const notes = subject.notes ?? stored?.notes ?? []
  return pageFrame(
    subject.title,
    descriptionOf(subject),
    markup`<a href="index.html">← All pages</a>`,
    markup`<header class="hero">
<div>
${kindOf(stored)}
<h1>${subject.title}</h1>
<p class="tagline">${descriptionOf(subject)}</p>
</div>
${bodyDrawing(stored, 'body')}
</header>
${factList(Object.entries(facts))}
${noteList(notes)}`,
  )
}

// ---------------------------------------------------------------------------------------------

function kindOf(stored: BodyFacts | undefined): Markup | undefined {
  if (stored === undefined) return undefined
  return markup`<p class="kind">${stored.kind === 'moon' ? `moon of ${stored.around ?? ''}` : stored.kind}</p>`
}

function storedFacts(stored: BodyFacts): Record<string, string> {
  const times = stored.diameterKm / EARTH_KM
  const scale = times >= 10 ? times.toFixed(0) : times >= 0.095 ? times.toFixed(1) : times.toPrecision(1)
  return {
    Diameter: `${stored.diameterKm.toLocaleString('en')} km`,
    ...(stored.name === 'Earth' ? {} : { 'Compared with the Earth': `${scale} times as wide` }),
    Gravity: `${stored.gravity} m/s²`,
    Day: stored.day,
    [stored.kind === 'moon' ? 'Month' : 'Year']: stored.orbit,
    ...(stored.distanceThousandKm === undefined
      ? {}
      : { [`Distance from the ${stored.around === 'Sun' ? 'Sun' : 'planet'}`]: distance(stored.distanceThousandKm) }),
    Temperature: stored.temperature,
    Known: stored.known,
  }
}

function distance(thousandKm: number): string {
  const millions = thousandKm / 1000
  return millions >= 10
    ? `${millions.toLocaleString('en', { maximumFractionDigits: 1 })} million km`
    : `${(thousandKm * 1000).toLocaleString('en')} km`
}

function factList(facts: readonly (readonly [string, string])[]): Markup | undefined {
  if (facts.length === 0) return undefined
  return markup`<h2>Facts</h2>
<dl class="facts">
${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>`
}

function noteList(notes: readonly string[]): Markup | undefined {
  if (notes.length === 0) return undefined
  return markup`<h2>Worth knowing</h2>
<ul class="notes">
${notes.map((note) => markup`<li>${note}</li>`)}
</ul>`
}
