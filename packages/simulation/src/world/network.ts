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
    readonly type: 'started' | 'beat' | 'progressed' | 'result' | 'error' | 'lost' | 'discovered' | 'emitted' | 'denied'
  }
>

/** How a report travels when the lease of its attempt matters to the fault. */
export interface Lease {
  readonly leaseMs: number
  /** How long from now until it runs out, if nothing more is heard. */
  leftMs(): number
}

/** Carries reports to the manager; it may lose, delay, repeat, damage or reorder them. */
export function sendReport(
  world: World,
  slot: Pick<AttemptPlace, 'mutedUntil' | 'cloggedUntil'>,
  report: AttemptReport,
  nth: number,
  lease: Lease,
): void {
  const { task, epoch } = report
  const site = siteOf(task)
  const strikes = (kind: Parameters<World['fault']>[0]) => world.fault(kind, task, site, epoch, nth)
  const lose = (what: string) =>
    world.observe({ type: 'world.network', at: world.now, what: `${report.type} ${what}`, task, epoch })
  if (slot.mutedUntil > world.now) return lose('not heard')
  if (strikes('result-lost')) return lose('lost')
  if (strikes('message-corrupted')) return lose('damaged')
  let delayMs = DELAYS_MS[world.choices.pick('net.delay', DELAYS_MS.length, site, epoch, nth)] as number
  if (strikes('result-reordered')) delayMs += OVERTAKEN_MS
  if (slot.cloggedUntil > world.now) delayMs += slot.cloggedUntil - world.now
  if (report.type === 'result' || report.type === 'error') {
    if (strikes('result-late')) delayMs += lease.leaseMs + 1 + world.choices.pick('net.late', 30_000, site, epoch, nth)
    else if (strikes('result-at-expiry')) delayMs = Math.max(0, lease.leftMs())
  }
  world.after(delayMs, () => deliver(world, report))
  if (strikes('result-duplicated')) {
    world.after(delayMs + world.choices.pick('net.again', 20_000, site, epoch, nth), () => deliver(world, report))
  }
}

function deliver(world: World, report: AttemptReport): void {
  world.observe({ type: 'world.delivered', at: world.now, report: report.type, task: report.task, epoch: report.epoch })
  world.tell(report)
}
