import type { Choice, ChoiceList } from '../choices/choices.ts'
import { FAULT_CATALOGUE, type FaultKind } from '../faults/fault-catalogue.ts'
import { siteOf } from '../choices/site.ts'
import type { Trace, TraceEvent } from '../trace/trace.ts'
import { comparisonWords } from '../cross-runs/comparison-words.ts'
import { briefJson, printable } from './printable.ts'
import { tellStory, type Story } from './story.ts'
import type { Name } from './short-names.ts'

/** A choice that fell otherwise in the twin. */
export interface Flip {
  readonly label: string
  readonly site: Choice['site']
  /** What was chosen here and there; 0 is the plainest possibility. */
  readonly here: number
  readonly there: number
  readonly sentence: string
}

/** A schedule that passes, beside the one that fails. */
export interface Twin {
  readonly story: Story
  readonly flips: readonly Flip[]
  /** Place of the first event that differs, in both. */
  readonly partsAt: number
  /** Where both have the same event at that place, the first field of it that differs: `epoch 2 here and 1 there`. */
  readonly field: string | undefined
}

/** Characters of a value that is quoted. */
const VALUE_MAX = 60

/** Compares a failing trace with a passing one. */
export function compareTwin(failing: Trace, passing: Trace, name: Name): Twin {
  const partsAt = firstDifference(failing, passing)
  const [here, there] = [failing.events[partsAt], passing.events[partsAt]]
  const isSame = here !== undefined && here.type === there?.type
  return {
    story: tellStory(passing, name),
    flips: flipsOf(failing.choices, passing.choices, placesOf([...failing.events, ...passing.events], name)),
    partsAt,
    field: isSame ? firstField(here, there) : undefined,
  }
}

// ---------------------------------------------------------------------------------------------

/** Tasks by the number that stands for them in the site of a choice. */
type Places = ReadonlyMap<number, string>

function placesOf(events: readonly TraceEvent[], name: Name): Places {
  const places = new Map<number, string>()
  for (const event of events) {
    if (event.type === 'task.added') places.set(siteOf(event.task.id), name(event.task.id))
  }
  return places
}

function flipsOf(here: ChoiceList, there: ChoiceList, places: Places): readonly Flip[] {
  const others = new Map(there.map((choice) => [key(choice), choice]))
  const flips: Flip[] = []
  for (const choice of here) {
    const other = others.get(key(choice))
    others.delete(key(choice))
    if (other?.value !== choice.value) flips.push(flip(choice, choice.value, other?.value ?? 0, places))
  }
  for (const choice of others.values()) flips.push(flip(choice, 0, choice.value, places))
  return flips
}

function key({ label, site }: Choice): string {
  return `${label} ${site.join(' ')}`
}

function flip({ label, site }: Choice, here: number, there: number, places: Places): Flip {
  const where = comparisonWords({ label, site }) ?? `${printable(label)} ${placeOf(label, site, places)}`
  const kind = label.startsWith('fault.') && label !== 'fault.size' ? label.slice('fault.'.length) : undefined
  if (kind === undefined) return { label, site, here, there, sentence: `${where} is ${here} here and ${there} there` }
  const what = Object.hasOwn(FAULT_CATALOGUE, kind) ? ` ${FAULT_CATALOGUE[kind as FaultKind].sentence}` : ''
  const who = here > 0 ? 'strikes here and not there.' : 'strikes there and not here.'
  return { label, site, here, there, sentence: `${where} ${who}${what}` }
}

/** An attempt by its name where the choice is about one, or else the numbers of the site. */
function placeOf(label: string, site: Choice['site'], places: Places): string {
  const [a, epoch, nth] = site
  const task = /^(?:fault|work|net)\./.test(label) ? places.get(a) : undefined
  if (task === undefined) return `(${site.join(', ')})`
  return `of ${task}${epoch > 0 ? `@${epoch}` : ''}${nth > 0 ? ` (${nth})` : ''}`
}

function firstDifference({ events }: Trace, twin: Trace): number {
  const differs = events.findIndex((event, index) => JSON.stringify(event) !== JSON.stringify(twin.events[index]))
  return differs === -1 ? events.length : differs
}

function firstField(here: unknown, there: unknown, path = ''): string | undefined {
  if (JSON.stringify(here) === JSON.stringify(there)) return undefined
  if (!isRecord(here) || !isRecord(there)) {
    return `${printable(path)} ${briefJson(here, VALUE_MAX)} here and ${briefJson(there, VALUE_MAX)} there`
  }
  for (const name of new Set([...Object.keys(here), ...Object.keys(there)])) {
    const found = firstField(here[name], there[name], path === '' ? name : `${path}.${name}`)
    if (found !== undefined) return found
  }
  return undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
