import type { UntimedInput } from '@bosun/kernel'
import { siteOf } from '../choices/site.ts'
import type { AttemptPlace } from './attempt-place.ts'
import type { World } from './world.ts'

/** Ways of a message, in ms; most take no time. */
const DELAYS_MS = [0, 0, 1, 30]
const OVERTAKEN_MS = 700

export type AttemptReport = Extract<
  UntimedInput,
  {
    readonly type:
      | 'started'
      | 'beat'
      | 'progressed'
      | 'result'
      | 'error'
      | 'lost'
      | 'discovered'
      | 'emitted'
      | 'denied'
      | 'called'
      | 'approvalRequested'
      | 'modelCalled'
  }
>

/** The way of one attempt's reports: without a fault they arrive in the order in which they were sent. */
export interface Wire {
  /** When the latest of them arrives. */
  latestAt: number
}

/**
 * Carries reports to the manager; it may lose, delay, repeat, damage or reorder them.
 *
 * @param leaseMs how long the manager waits for the next sign of the attempt
 */
export function sendReport(
  world: World,
  slot: Pick<AttemptPlace, 'mutedUntil' | 'cloggedUntil'>,
  report: AttemptReport,
  nth: number,
  leaseMs: number,
  wire: Wire,
): void {
  const { task, epoch } = report
  const site = siteOf(task)
  if (slot.mutedUntil > world.now) return lose(world, report, 'not heard')
  if (world.fault('result-lost', task, site, epoch, nth)) return lose(world, report, 'lost')
  if (world.fault('message-corrupted', task, site, epoch, nth)) return lose(world, report, 'damaged')
  let delayMs = DELAYS_MS[world.choices.pick('net.delay', DELAYS_MS.length, site, epoch, nth)] as number
  let isInOrder = true
  if (world.fault('result-reordered', task, site, epoch, nth)) {
    delayMs += OVERTAKEN_MS
    isInOrder = false
  }
  if (slot.cloggedUntil > world.now) delayMs += slot.cloggedUntil - world.now
  if (report.type === 'result' || report.type === 'error') {
    if (world.fault('result-late', task, site, epoch, nth)) {
      delayMs += leaseMs + 1 + world.choices.pick('net.late', 30_000, site, epoch, nth)
    } else if (world.fault('result-at-expiry', task, site, epoch, nth)) {
      // The report itself is the latest sign of the attempt, as seen from its slot.
      delayMs = leaseMs
      isInOrder = false
    }
  }
  if (isInOrder) delayMs = inOrder(world, wire, delayMs)
  world.after(delayMs, () => deliver(world, report))
  if (world.fault('result-duplicated', task, site, epoch, nth)) {
    world.after(delayMs + world.choices.pick('net.again', 20_000, site, epoch, nth), () => deliver(world, report))
  }
}

/** The delay after which nothing that was sent before is still to come. */
function inOrder({ now, timeScale }: World, wire: Wire, delayMs: number): number {
  const ordered = Math.max(delayMs, (wire.latestAt - now) / timeScale + 1)
  wire.latestAt = now + ordered * timeScale
  return ordered
}

function lose(world: World, { type, task, epoch }: AttemptReport, what: string): void {
  world.observe({ type: 'world.network', at: world.now, what: `${type} ${what}`, task, epoch })
}

function deliver(world: World, report: AttemptReport): void {
  world.observe({ type: 'world.delivered', at: world.now, report: report.type, task: report.task, epoch: report.epoch })
  world.tell(report)
}
