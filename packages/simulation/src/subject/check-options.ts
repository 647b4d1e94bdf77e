import { coreInvariants, livenessInvariants, qualityInvariants, type Invariant } from '@bosun/invariants'
import { composeStrategy } from '@bosun/kernel'
import { FAULT_KINDS } from '../faults/fault-catalogue.ts'
import { checkedGuarantees } from './checked-guarantees.ts'
import { refuseOptions } from './refuse-options.ts'
import type { Setting, Subject } from './setting.ts'

/** What a caller says about a check; the rest takes the defaults of `Setting`. */
export type CheckOptions = Partial<Omit<Setting, 'subject' | 'scope'>> & {
  readonly scope?: Partial<Setting['scope']>
  /** Invariants of one's own, judged beside the others. */
  readonly ownInvariants?: readonly Invariant[]
}

/** The setting of a check, its defaults filled in. */
export function settingOf(subject: Subject, options: CheckOptions = {}): Setting {
  refuseOptions(options)
  const strategy =
    subject.kind === 'strategy' ? subject.strategy : (options.strategy ?? composeStrategy({ name: 'fifo' }))
  const catalogue = [...coreInvariants, ...livenessInvariants, ...qualityInvariants(checkedGuarantees(strategy))]
  return {
    subject,
    strategy,
    manager: subject.kind === 'manager' ? subject.manager : options.manager,
    planner: subject.kind === 'planner' ? subject.planner : options.planner,
    goal: options.goal ?? null,
    workers: {
      ...(subject.kind === 'worker' ? { [subject.worker.entry.handles]: subject.worker } : {}),
      ...options.workers,
    },
    tools: options.tools ?? {},
    comparesRuns: options.comparesRuns ?? true,
    scope: { tasksMax: 8, slotsMax: 3, faultsMax: 6, faults: FAULT_KINDS, ...options.scope },
    limits: options.limits ?? {},
    lease: options.lease ?? {},
    retry: options.retry ?? {},
    policy: options.policy ?? {},
    hedge: options.hedge ?? {},
    invariants: [...(options.invariants ?? catalogue), ...(options.ownInvariants ?? [])],
  }
}
