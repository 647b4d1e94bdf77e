import type { FactOf } from '@bosun/core'
import type { Ledger, TaskEntry } from '../ledger/ledger.ts'
import { findRival, isUnhindered } from '../ledger/waiting-tasks.ts'

/** How unevenly two queues were served while tasks of both waited for slots of one worker. */
export interface Unevenness {
  readonly queues: readonly [served: string, waiting: string]
  /** Starts that one queue had more than the other in some stretch of that time. */
  readonly gap: number
}

interface Pair {
  readonly queues: readonly [string, string]
  /** Starts of the first queue less those of the second since both wait, and the extremes of that. */
  lead: number
  least: number
  most: number
}

/**
 * Compares how queues are served that wait for the same slots. A queue is what tasks name as their
 * `key`, else their `group`; service is counted in starts, because nobody knows beforehand how long a
 * task will take. A stretch ends when one of the two queues has nothing more that could be started.
 *
 * Source: the fairness of start-time fair queueing (P. Goyal, H. Vin, H. Cheng, 1996), with tasks of
 * one size and weights of one.
 */
export class FairShare {
  /** The largest gap so far. */
  gap = 0
  readonly #pairs = new Map<string, Map<string, Pair>>()

  /** Takes in an assignment, which is not in the ledger yet; returns the worst pair that it touched. */
  assigned(fact: FactOf<'task.assigned'>, ledger: Ledger): Unevenness | undefined {
    const task = ledger.task(fact.task)
    if (task === undefined) return undefined
    const waiting = waitingQueues(fact, task, ledger)
    const served = queueOf(task)
    const pairs = this.#pairs.get(fact.worker) ?? new Map<string, Pair>()
    this.#pairs.set(fact.worker, pairs)
    for (const [key, { queues }] of pairs) {
      if (!queues.every((queue) => queue === served || waiting.has(queue))) pairs.delete(key)
    }
    // Work that was lost and is done again was not served twice.
    if (served === undefined || fact.epoch > 1) return undefined
    let worst: Unevenness | undefined
    for (const queue of waiting) {
      const gap = widen(pairOf(pairs, served, queue), served)
      if (gap > (worst?.gap ?? 0)) worst = { queues: [served, queue], gap }
    }
    this.gap = Math.max(this.gap, worst?.gap ?? 0)
    return worst
  }
}

// ---------------------------------------------------------------------------------------------

/** Queues other than that of the assigned task with a task that could have had its slot. */
function waitingQueues(fact: FactOf<'task.assigned'>, task: TaskEntry, ledger: Ledger): ReadonlySet<string> {
  const served = queueOf(task)
  const queues = new Set<string>()
  const worker = ledger.workers.get(fact.worker)
  if (worker === undefined) return queues
  findRival(ledger, fact.worker, task, fact.at, (candidate) => {
    const queue = queueOf(candidate)
    if (queue === undefined || queue === served || queues.has(queue)) return false
    if (isUnhindered(candidate, worker, ledger, fact.at)) queues.add(queue)
    return false
  })
  return queues
}

function pairOf(pairs: Map<string, Pair>, a: string, b: string): Pair {
  const queues = a < b ? ([a, b] as const) : ([b, a] as const)
  const key = JSON.stringify(queues)
  const known = pairs.get(key)
  if (known !== undefined) return known
  const pair: Pair = { queues, lead: 0, least: 0, most: 0 }
  pairs.set(key, pair)
  return pair
}

/** Counts a start and returns the largest difference within the stretch. */
function widen(pair: Pair, served: string): number {
  pair.lead += pair.queues[0] === served ? 1 : -1
  pair.least = Math.min(pair.least, pair.lead)
  pair.most = Math.max(pair.most, pair.lead)
  return pair.most - pair.least
}

function queueOf({ spec }: TaskEntry): string | undefined {
  return spec.key ?? spec.group
}
