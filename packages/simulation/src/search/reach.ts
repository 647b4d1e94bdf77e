import type { Fact } from '@bosun/core'
import { isWorldEvent, type Trace } from '../trace/trace.ts'

/** What the traced schedules of a campaign came by. */
export interface ReachReport {
  /** Types of fact, each with the number of traced schedules that had it. */
  readonly facts: Readonly<Record<string, number>>
  /** Kinds of fault that struck, likewise. */
  readonly faults: Readonly<Record<string, number>>
  /** Different triples of a fact, what its task had come to before, and the fault that had struck last. */
  readonly cells: number
  /** Different states of a run: how many tasks had come to what, and how it ended. */
  readonly states: number
}

/**
 * Keeps what schedules reached, so that the report can say what was not, and so that a schedule that
 * reached something new can be told from one that did not.
 */
export class Reach {
  readonly #facts = new Map<string, number>()
  readonly #faults = new Map<string, number>()
  readonly #cells = new Set<string>()
  readonly #states = new Set<string>()

  /** Takes a schedule in; whether it reached a cell that none before it had. */
  add(trace: Trace): boolean {
    const before = this.#cells.size
    const facts = new Set<string>()
    const faults = new Set<string>()
    const tasks = new Map<string, string>()
    let fault = ''
    for (const event of trace.events) {
      if (!isWorldEvent(event)) {
        const kind = kindOf(event)
        facts.add(kind)
        const task = taskOf(event)
        this.#cells.add(`${kind}|${tasks.get(task) ?? ''}|${fault}`)
        if (task !== '') tasks.set(task, event.type)
      } else if (event.type === 'world.fault') {
        fault = event.kind
        faults.add(fault)
      } else if (event.type === 'world.calm') fault = ''
    }
    this.#states.add(`${[...tasks.values()].toSorted().join(' ')} ${trace.end.ended ?? ''}`)
    for (const kind of facts) this.#facts.set(kind, (this.#facts.get(kind) ?? 0) + 1)
    for (const kind of faults) this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1)
    return this.#cells.size > before
  }

  /** What was reached, as data that reaches of other threads can be added to. */
  data(): ReachData {
    return {
      facts: [...this.#facts],
      faults: [...this.#faults],
      cells: [...this.#cells],
      states: [...this.#states],
    }
  }
}

/** The reach of one thread. */
export interface ReachData {
  readonly facts: readonly (readonly [string, number])[]
  readonly faults: readonly (readonly [string, number])[]
  readonly cells: readonly string[]
  readonly states: readonly string[]
}

/** What several threads reached together. */
export function reachReport(parts: readonly ReachData[]): ReachReport {
  return {
    facts: together(parts.flatMap(({ facts }) => facts)),
    faults: together(parts.flatMap(({ faults }) => faults)),
    cells: new Set(parts.flatMap(({ cells }) => cells)).size,
    states: new Set(parts.flatMap(({ states }) => states)).size,
  }
}

/** Counts by name, those of the same name added up. */
export function together(counts: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>()
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count)
  return Object.fromEntries([...sums].toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** The type of a fact; of those that come for several reasons, with the reason. */
function kindOf(fact: Fact): string {
  if (fact.type === 'attempt.lost') return `attempt.lost by ${fact.evidence.clock}`
  if (fact.type === 'spawn.refused') return `spawn.refused by ${fact.error.code}`
  if (fact.type === 'result.quarantined') return `result.quarantined of ${fact.kind}`
  return fact.type
}

function taskOf(fact: Fact): string {
  return 'task' in fact && typeof fact.task === 'string' ? fact.task : ''
}
