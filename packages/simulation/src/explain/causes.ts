import { predecessorId, type Fact } from '@bosun/core'
import type { WorldEvent } from '@bosun/invariants'
import { isWorldEvent, type TraceEvent } from '../trace/trace.ts'
import { attemptKey, isOfAttempt } from './lanes.ts'

/** Why an event happened: an earlier one, by its place in the list. */
export interface Cause {
  readonly index: number
  /** How the one led to the other, in a few words. */
  readonly why: string
}

/**
 * What each event followed from: the graph of happens-before, as far as the events tell.
 *
 * Facts of one input share their `cause`; within and between inputs they are linked by what they are
 * about: an attempt to its earlier events, an assignment to what made its task ready and its slot
 * free, a message to the fact that it tells of, and whatever comes next on a lane to the fault there.
 */
export function findCauses(events: readonly TraceEvent[]): readonly (readonly Cause[])[] {
  const finder = new CauseFinder()
  return events.map((event, index) => finder.take(event, index))
}

type Links = (Cause | undefined)[]

/** A fault whose consequences are awaited. */
interface Struck {
  readonly index: number
  /** Whether something has followed from it. */
  isSeen: boolean
  /** For what a person does some time later: the facts that show it. */
  readonly shownBy: readonly TraceEvent['type'][] | undefined
}

class CauseFinder {
  /** The latest of an attempt in the log (`a:`) and in truth (`w:`), of a task (`t:`), a slot or manager (`s:`). */
  readonly #latest = new Map<string, number>()
  readonly #facts = new Map<number, number>()
  readonly #dependsOn = new Map<string, readonly string[]>()
  readonly #slots = new Map<string, string>()
  /** Faults by what they strike, until an attempt there has ended; what people do, until it is done. */
  readonly #faults = new Map<string, Struck>()
  #input = { cause: -1, head: -1, decided: -1 }
  #delivered: { readonly attempt: string; readonly index: number } | undefined
  #last = -1
  #died = -1
  #rose = -1

  take(event: TraceEvent, index: number): readonly Cause[] {
    const links = isWorldEvent(event) ? this.#world(event, index) : this.#fact(event, index)
    links.push(...this.#struck(event, index))
    if (event.type === 'world.fault') this.#strike(event.kind, event.on, index)
    const found = new Map<number, Cause>()
    for (const link of links) if (link !== undefined && !found.has(link.index)) found.set(link.index, link)
    return [...found.values()].sort((one, other) => one.index - other.index)
  }

  #world(event: WorldEvent, index: number): Links {
    switch (event.type) {
      case 'world.durable':
      case 'world.acknowledged':
        return [this.#ofSeq(event.seq, 'what was recorded')]
      case 'world.sent': {
        if (event.task !== undefined) this.#latest.set(`sent:${attemptKey(event.task, event.epoch ?? 0)}`, index)
        return [this.#ofSeq(event.seq, 'the fact behind it')]
      }
      case 'world.died':
        this.#died = index
        return [this.#of(`s:${event.actor}`, 'it was alive until then')]
      case 'world.rose':
        this.#rose = index
        this.#latest.set(`s:${event.actor}`, index)
        return [link(this.#died, 'it had died')]
      case 'world.fault':
      case 'world.calm':
        return []
      case 'world.stuck':
        return [link(index - 1, 'the last thing that happened')]
      default: {
        const attempt = attemptKey(event.task, event.epoch)
        const before =
          this.#of(`w:${attempt}`, 'earlier in this attempt') ??
          this.#of(`sent:${attempt}`, 'the assignment arrived') ??
          this.#of(`a:${attempt}`, 'the assignment')
        this.#latest.set(`w:${attempt}`, index)
        if (event.type === 'world.delivered' || event.type === 'world.working') this.#delivered = { attempt, index }
        return [before]
      }
    }
  }

  #fact(fact: Fact, index: number): Links {
    const isHead = fact.cause !== this.#input.cause
    if (isHead) this.#input = { cause: fact.cause, head: index, decided: -1 }
    const report = isHead ? this.#report(fact) : undefined
    const links: Links = report === undefined ? this.#linksOf(fact) : [report]
    const hasCause = links.some((one) => one !== undefined)
    if (!hasCause && !isHead) links.push(link(this.#input.head, 'in the same step'))
    this.#remember(fact, index)
    return links
  }

  #linksOf(fact: Fact): Links {
    const decided = this.#decision(fact)
    switch (fact.type) {
      case 'task.added':
        return [
          decided,
          fact.parent === undefined ? undefined : this.#of(`found:${fact.parent}`, 'it was found'),
          this.#of(`t:${predecessorId(fact.task.id) ?? ''}`, 'it stands in for it'),
        ]
      case 'task.amended':
        return [decided, this.#of(`t:${fact.task.id}`, 'it was there before')]
      case 'task.assigned':
        return [
          this.#of(`t:${fact.task}`, 'it could begin'),
          ...(this.#dependsOn.get(fact.task) ?? []).map((id) => this.#of(`t:${id}`, 'what it depends on')),
          this.#of(`s:${fact.slot}`, 'the slot was free'),
        ]
      case 'task.skipped':
        return [this.#of(`t:${fact.because}`, 'what it depends on')]
      case 'task.cancelled':
        return [decided, this.#of(`t:${fact.task}`, 'earlier in this task')]
      case 'attempt.revoked':
        return [decided, this.#of(`a:${attemptKey(fact.task, fact.epoch)}`, 'earlier in this attempt')]
      case 'group.closed':
        return fact.reason === 'deadline'
          ? [this.#of(`g:${fact.group}`, 'its time began')]
          : [this.#of('outcome', 'the last outcome')]
      case 'plan.received':
      case 'planner.called':
        return [this.#of('decided', 'the manager asked for it')]
      case 'run.resumed':
        return [this.#of('paused', 'it was paused')]
      case 'run.reopened':
        return [this.#of('ended', 'it had ended')]
      case 'violation.recorded':
        return [this.#of(`a:${fact.by}`, 'earlier in this attempt'), decided]
      case 'run.completed':
      case 'run.failed':
      case 'run.exhausted':
        return [decided, this.#of('outcome', 'the last outcome'), this.#of('refused', 'what was refused')]
      case 'message.delivered':
        if (fact.kind === 'settled') return [this.#of('outcome', 'the last outcome')]
        return fact.kind === 'woke'
          ? [this.#of('wake', 'it was to be woken')]
          : [this.#ofSeq(fact.ref, 'what it tells of')]
      case 'manager.decided':
        return [this.#ofSeq(fact.message, 'the message')]
      case 'manager.recovered':
        return [link(this.#rose, 'it took over'), link(this.#died, 'the one before had died')]
      case 'approval.given':
        return [this.#of(`q:${fact.approval}`, 'it was asked')]
      case 'approval.applied':
        return [this.#of(`q:${fact.approval}`, 'it was answered')]
      case 'manager.asked':
        return [decided]
      case 'result.adopted':
        return [this.#ofSeq(fact.quarantined, 'the late result')]
      case 'worker.left':
        return [this.#of(`s:${fact.slot}`, 'earlier on this slot')]
      default:
        if ('epoch' in fact) return [this.#of(`a:${attemptKey(fact.task, fact.epoch)}`, 'earlier in this attempt')]
        if ('task' in fact) return [this.#of(`t:${fact.task}`, 'earlier in this task')]
        return [decided]
    }
  }

  /** What the manager decided in this step, or else what the step began with. */
  #decision(fact: Fact): Cause | undefined {
    const { head, decided, cause } = this.#input
    if (decided >= 0) return link(decided, 'the manager decided it')
    return cause === fact.cause && this.#last >= head ? link(head, 'in the same step') : undefined
  }

  /** The report whose arrival is the input that this fact begins. */
  #report(fact: Fact): Cause | undefined {
    const delivered = this.#delivered
    this.#delivered = undefined
    if (delivered === undefined || !('epoch' in fact)) return undefined
    return delivered.attempt === attemptKey(fact.task, fact.epoch) ? link(delivered.index, 'it arrived') : undefined
  }

  #remember(fact: Fact, index: number): void {
    this.#last = index
    if (fact.seq > 0) this.#facts.set(fact.seq, index)
    if (fact.type === 'manager.decided') this.#input.decided = index
    if ('approval' in fact && fact.type !== 'tool.called') this.#latest.set(`q:${fact.approval}`, index)
    if (fact.type === 'group.opened') this.#latest.set(`g:${fact.group.name}`, index)
    const role = ROLES[fact.type]
    if (role !== undefined) this.#latest.set(role, index)
    if (fact.type === 'worker.joined' || fact.type === 'worker.left') this.#latest.set(`s:${fact.slot}`, index)
    if (fact.type === 'task.added' || fact.type === 'task.amended') {
      this.#dependsOn.set(fact.task.id, fact.task.dependsOn ?? [])
      this.#latest.set(`t:${fact.task.id}`, index)
      return
    }
    if (!('task' in fact)) return
    if (fact.type === 'task.discovered') this.#latest.set(`found:${fact.task}`, index)
    if (fact.type.startsWith('task.')) this.#latest.set(`t:${fact.task}`, index)
    if (!('epoch' in fact)) return
    const attempt = attemptKey(fact.task, fact.epoch)
    if (fact.type === 'task.assigned' || isOfAttempt(fact)) this.#latest.set(`a:${attempt}`, index)
    if (fact.type === 'task.assigned') this.#slots.set(attempt, fact.slot)
    if (ENDS.has(fact.type)) this.#latest.set(`s:${this.#slots.get(attempt) ?? ''}`, index)
  }

  #strike(kind: string, on: string, index: number): void {
    const shownBy = Object.hasOwn(DEEDS, kind) ? DEEDS[kind] : undefined
    this.#faults.set(shownBy === undefined ? on : `by a person: ${kind}`, { index, isSeen: false, shownBy })
  }

  /**
   * The faults that this event is the first to follow, and those behind the end of an attempt. A fault
   * on nothing that has a name strikes what comes next.
   */
  #struck(event: TraceEvent, index: number): Links {
    if (this.#faults.size === 0 || event.type === 'world.fault') return []
    const links: Links = []
    const names = this.#namesOf(event)
    const isEnd = ENDS.has(event.type)
    for (const [on, fault] of this.#faults) {
      if (fault.shownBy !== undefined) {
        if (!fault.shownBy.includes(event.type)) continue
        links.push(link(fault.index, 'the fault'))
        this.#faults.delete(on)
        continue
      }
      const isAnonymous = fault.index === index - 1 && !this.#hasName(on)
      if (!isAnonymous && (!names.has(on) || (fault.isSeen && !isEnd && event.type !== 'world.died'))) continue
      links.push(link(fault.index, 'the fault'))
      fault.isSeen = true
      if (isEnd || isAnonymous) this.#faults.delete(on)
    }
    return links
  }

  #hasName(on: string): boolean {
    if (this.#dependsOn.has(on)) return true
    return [...this.#slots].some(([attempt, slot]) => attempt === on || slot === on)
  }

  #namesOf(event: TraceEvent): ReadonlySet<string> {
    const names = new Set<string>()
    if ('slot' in event && event.slot !== undefined) names.add(event.slot)
    if ('actor' in event) names.add(event.actor)
    if ('task' in event && typeof event.task === 'string') {
      names.add(event.task)
      if ('epoch' in event && event.epoch !== undefined) {
        const attempt = attemptKey(event.task, event.epoch)
        names.add(attempt)
        names.add(this.#slots.get(attempt) ?? attempt)
      }
    }
    return names
  }

  #of(key: string, why: string): Cause | undefined {
    return link(this.#latest.get(key) ?? -1, why)
  }

  #ofSeq(seq: number, why: string): Cause | undefined {
    return link(this.#facts.get(seq) ?? -1, why)
  }
}

// ---------------------------------------------------------------------------------------------

const ENDS = new Set<TraceEvent['type']>(['attempt.succeeded', 'attempt.failed', 'attempt.lost', 'attempt.revoked'])

/** What people do, by the fault that announces it, and the first facts of it. */
const DEEDS: Readonly<Record<string, readonly TraceEvent['type'][]>> = {
  cancelled: ['attempt.revoked', 'task.cancelled', 'run.cancelled'],
  paused: ['run.paused'],
  steered: ['steer.received'],
  waived: ['waiver.given'],
  retried: ['run.reopened', 'task.added'],
  adopted: ['run.reopened', 'task.added', 'attempt.revoked', 'result.adopted'],
  'limits-changed': ['limits.changed'],
  'answered-late': ['approval.given'],
  'not-answered': ['approval.given'],
}

/** Facts that later ones follow from whatever they are about. */
const ROLES: Partial<Readonly<Record<Fact['type'], string>>> = {
  'manager.decided': 'decided',
  'run.paused': 'paused',
  'run.completed': 'ended',
  'run.failed': 'ended',
  'run.exhausted': 'ended',
  'run.cancelled': 'ended',
  'wake.set': 'wake',
  'task.succeeded': 'outcome',
  'task.failed': 'outcome',
  'task.lost': 'outcome',
  'task.cancelled': 'outcome',
  'task.skipped': 'outcome',
  'spawn.refused': 'refused',
  'limit.reached': 'refused',
  'plan.rejected': 'refused',
}

function link(index: number, why: string): Cause | undefined {
  return index < 0 ? undefined : { index, why }
}
