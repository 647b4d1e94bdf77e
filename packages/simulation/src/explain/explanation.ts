import { coreInvariants, crossRunInvariants, type Invariant } from '@bosun/invariants'
import type { Trace } from '../trace/trace.ts'
import { milliseconds } from './cells.ts'
import { printable } from './printable.ts'
import { shortNames } from './short-names.ts'
import { sliceOf, tellable, type Slice } from './slice.ts'
import { tellStory, type Story, type StoryEvent } from './story.ts'
import { compareTwin, type Twin } from './twin.ts'

/** What is known of a schedule beside its trace. */
export interface ExplainOptions {
  /** The replay string: `b1:9f3c…`. */
  readonly repro: string
  /** The file that was checked, as a command line names it. */
  readonly module: string
  /** The name under which that file exports the subject. Default: its default export. */
  readonly exportName?: string
  /** Whether that file also exports options for the check, as `check`. Default false. */
  readonly hasOptions?: boolean
  /** Whether the subject waits, so that its schedules are waited for. Default false. */
  readonly isAsync?: boolean
  /** How large the schedule was before it was shrunk, and how long that took. */
  readonly shrunkFrom?: ShrunkFrom
  /** The nearest schedule that passes. */
  readonly twin?: Trace
  /** The invariants that judged it. Default: the core catalogue. */
  readonly invariants?: readonly Named[]
}

/** What an explanation says of an invariant. */
type Named = Pick<Invariant, 'id' | 'title' | 'clauses'>

export interface ShrunkFrom {
  readonly facts: number
  /** Wall time that shrinking took. */
  readonly ms: number
}

/** What went wrong, as data: what the texts and the page are made of. */
export interface Explanation {
  readonly verdict: Verdict
  readonly cause: CauseLines
  readonly story: Story
  /** The events that break the invariant, by place; the last one is where it breaks. Empty when nothing broke. */
  readonly blamed: readonly number[]
  /** All that led to them. */
  readonly slice: Slice
  readonly facts: number
  readonly repro: string
  readonly module: string
  readonly exportName: string | undefined
  readonly hasOptions: boolean
  readonly isAsync: boolean
  readonly shrunkFrom: ShrunkFrom | undefined
  readonly twin: Twin | undefined
}

/** Whether a schedule broke something, and what. */
export interface Verdict {
  readonly broke: 'invariant' | 'subject' | 'nothing'
  /** Id of the invariant, or code of the fault of the subject. */
  readonly id: string
  readonly title: string
  readonly sentence: string
}

/** Why, in three lines. */
export interface CauseLines {
  /** What holds no more. */
  readonly clause: string
  /** Where it first went otherwise than in a schedule that passes. */
  readonly divergence: string
  /** What followed from what, to the end. */
  readonly chain: string
}

/** Steps of the chain that are told. */
const CHAIN_MAX = 6

/**
 * Explains one schedule: what was violated, what led to it, lane by lane.
 *
 * @example
 * const explanation = explain(trace, { repro: 'b1:9f3c', module: 'survey.ts', twin: passing })
 * console.log(textTimeline(explanation))
 */
export function explain(trace: Trace, options: ExplainOptions): Explanation {
  const { repro, module, exportName, hasOptions = false, isAsync = false, shrunkFrom } = options
  const invariants: readonly Named[] = options.invariants ?? coreInvariants
  const name = shortNames()
  const story = tellStory(trace, name)
  const invariant = invariants.find(({ id }) => id === trace.end.violation?.invariant)
  const blamed = blame(trace, story)
  const faults = isCompared(trace.end) ? story.events.filter(({ kind }) => kind === 'fault') : []
  const slice = sliceOf(story, blamed, faults)
  const twin = options.twin === undefined ? undefined : compareTwin(trace, options.twin, name)
  const cause = {
    clause: clauseOf(trace, invariant),
    divergence: divergenceOf(trace, story, slice, twin),
    chain: chainOf(story, blamed, twin?.partsAt),
  }
  const verdict = verdictOf(trace, invariant)
  const { facts } = trace.end
  return {
    verdict,
    cause,
    story,
    blamed,
    slice,
    facts,
    repro,
    module,
    exportName,
    hasOptions,
    isAsync,
    shrunkFrom,
    twin,
  }
}

// ---------------------------------------------------------------------------------------------

function verdictOf({ end }: Trace, invariant: Named | undefined): Verdict {
  const { violation, fault } = end
  if (violation !== undefined) {
    const { invariant: id, sentence } = violation
    return { broke: 'invariant', id, title: invariant?.title ?? '', sentence: printable(sentence) }
  }
  if (fault === undefined) {
    return { broke: 'nothing', id: 'OK', title: '', sentence: 'every invariant held in this schedule' }
  }
  const at = fault.at === undefined || fault.message.includes(fault.at) ? '' : ` at ${printable(fault.at)}`
  return { broke: 'subject', id: fault.code, title: '', sentence: `${printable(fault.message)}${at}` }
}

function clauseOf({ end }: Trace, invariant: Named | undefined): string {
  const { violation, fault } = end
  if (violation !== undefined) {
    const clause = invariant?.clauses[violation.clause] ?? violation.sentence
    return `${violation.invariant} ${printable(violation.clause)}: ${printable(clause)}`
  }
  return fault === undefined ? 'Nothing is violated.' : `${fault.code}: what was checked broke by itself.`
}

/** Facts are named by number; one that was forgotten and written again counts as the later one. */
function blame({ end }: Trace, { events }: Story): readonly number[] {
  if (events.length === 0 || (end.violation === undefined && end.fault === undefined)) return []
  const places = new Map<number, number>()
  for (const { event, index } of events) if ('cause' in event && event.seq > 0) places.set(event.seq, index)
  const named = (end.violation?.seqs ?? []).map((seq) => places.get(seq)).filter((index) => index !== undefined)
  const last = events.at(-1) as StoryEvent
  // An event without a number cannot be named: it is the one at which the schedule was stopped.
  // A comparison is made when both runs are over, so there the last event is none of it.
  const isStoppedThere = !isCompared(end) && (!('cause' in last.event) || last.event.seq === 0)
  if (named.length === 0 || isStoppedThere) named.push(last.index)
  return [...new Set(named)].sort((one, other) => one - other)
}

/** Whether two runs were compared, so that whatever the faults did may be behind the difference. */
function isCompared({ violation }: Trace['end']): boolean {
  return crossRunInvariants.some(({ id }) => id === violation?.invariant)
}

function divergenceOf(trace: Trace, story: Story, slice: Slice, twin: Twin | undefined): string {
  if (twin !== undefined) {
    const [here, there] = [story.events[twin.partsAt], twin.story.events[twin.partsAt]]
    const instead = there === undefined ? 'it has ended' : momentOf(there)
    if (here === undefined) {
      return there === undefined
        ? 'no event differs from the schedule that passes'
        : `in the schedule that passes ${instead}`
    }
    if (there === undefined || momentOf(here) !== instead)
      return `here ${momentOf(here)}; in the schedule that passes ${instead}`
    return `${momentOf(here)}, with ${twin.field ?? 'other values'}`
  }
  const fault = slice.all.map((index) => story.events[index] as StoryEvent).find(({ kind }) => kind === 'fault')
  if (fault !== undefined) return momentOf(fault)
  return trace.choices.length === 0 ? 'the plainest schedule breaks it' : 'no fault was needed'
}

function momentOf({ at, sentence }: StoryEvent): string {
  return `at ${milliseconds(at)} ms: ${sentence}`
}

/**
 * The shortest way to the end: from where the twin parts, or else from the first fault that leads
 * there, or else from the first event worth telling.
 */
function chainOf(story: Story, blamed: readonly number[], partsAt = -1): string {
  const slice = sliceOf(story, blamed.slice(-1))
  const told = tellable(story, slice, blamed, Infinity)
  const fault = told.find((index) => story.events[index]?.kind === 'fault')
  const first = told.includes(partsAt) ? partsAt : (fault ?? told[0])
  const sentence = (index: number) => (story.events[index] as StoryEvent).sentence.replace(/: .*$/s, '')
  const way: number[] = []
  for (let index = first; index !== undefined; index = slice.next.get(index)) {
    if (told.includes(index)) way.push(index)
  }
  const steps = way.map(sentence)
  const chain = steps.length <= CHAIN_MAX ? steps : [steps[0], '…', ...steps.slice(1 - CHAIN_MAX)]
  const beside = blamed.filter((index) => !way.includes(index)).map(sentence)
  return `${chain.join(' → ')}${beside.length === 0 ? '' : `; beside it: ${beside.join(', ')}`}`
}
