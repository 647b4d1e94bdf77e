import type { Choice, ChoiceList } from '../choices/choices.ts'
import { FAULT_CATALOGUE, type FaultKind } from '../faults/fault-catalogue.ts'
import type { Trace } from '../trace/trace.ts'
import { printable } from './printable.ts'
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
}

/** Compares a failing trace with a passing one. */
export function compareTwin(failing: Trace, passing: Trace, name: Name): Twin {
  return {
    story: tellStory(passing, name),
    flips: flipsOf(failing.choices, passing.choices),
    partsAt: firstDifference(failing, passing),
  }
}

// ---------------------------------------------------------------------------------------------

function flipsOf(here: ChoiceList, there: ChoiceList): readonly Flip[] {
  const others = new Map(there.map((choice) => [key(choice), choice]))
  const flips: Flip[] = []
  for (const choice of here) {
    const other = others.get(key(choice))
    others.delete(key(choice))
    if (other?.value !== choice.value) flips.push(flip(choice, choice.value, other?.value ?? 0))
  }
  for (const choice of others.values()) flips.push(flip(choice, 0, choice.value))
  return flips
}

function key({ label, site }: Choice): string {
  return `${label} ${site.join(' ')}`
}

function flip({ label, site }: Choice, here: number, there: number): Flip {
  const where = `${printable(label)} (${site.join(', ')})`
  const kind = label.startsWith('fault.') ? label.slice('fault.'.length) : undefined
  if (kind === undefined) return { label, site, here, there, sentence: `${where} is ${here} here and ${there} there` }
  const what = Object.hasOwn(FAULT_CATALOGUE, kind) ? ` ${FAULT_CATALOGUE[kind as FaultKind].sentence}` : ''
  const who = here > 0 ? 'strikes here and not there.' : 'strikes there and not here.'
  return { label, site, here, there, sentence: `${where} ${who}${what}` }
}

function firstDifference({ events }: Trace, twin: Trace): number {
  const differs = events.findIndex((event, index) => JSON.stringify(event) !== JSON.stringify(twin.events[index]))
  return differs === -1 ? events.length : differs
}
