import type { Group, Json, RunConfig, Task, WorkerEntry } from '@bosun/core'
import type { DurationModel } from './durations.ts'

/** What can be asked of a worker. */
export interface TaskKind {
  readonly type: string
  readonly bodies: readonly Json[]
  /** Skills that some of its tasks ask for, which not every worker of the type has. */
  readonly skills?: readonly string[]
  /** Keys that its tasks are drawn with, if any. */
  readonly keys?: readonly string[]
}

/** All that is fixed before a schedule begins. */
export interface Scenario {
  readonly config: RunConfig
  /** The lease in the time of the world, which is stretched as a whole. */
  readonly plainLease: RunConfig['lease']
  readonly workers: readonly WorkerEntry[]
  readonly slots: readonly { readonly slot: string; readonly worker: string }[]
  /** The graph that is handed over on the goal; empty when the subject is a manager or a planner. */
  readonly tasks: readonly Task[]
  /** The groups that are opened before it; the tasks of the graph lie in them or in none. */
  readonly groups: readonly Group[]
  /** What tasks are drawn from; the first is the plainest. */
  readonly kinds: readonly TaskKind[]
  readonly usesPlanner: boolean
  readonly durations: DurationModel
  /** When the faults stop, in ms of true time. */
  readonly calmAt: number
  /** How long the store takes to write, in ms. */
  readonly storeDelayMs: number
}

/**
 * The same scenario in stretched time, as far as the kernel tells time. What happens in the world is
 * stretched by the world.
 */
export function scaled(scenario: Scenario, factor: number): Scenario {
  if (factor === 1) return scenario
  const { config } = scenario
  const { limits, retry, lease } = config
  return {
    ...scenario,
    groups: scenario.groups.map((group) =>
      group.deadlineMs === undefined ? group : { ...group, deadlineMs: group.deadlineMs * factor },
    ),
    config: {
      ...config,
      limits: {
        ...limits,
        timeoutMs: limits.timeoutMs * factor,
        queueWaitMs: limits.queueWaitMs * factor,
        planTimeoutMs: limits.planTimeoutMs * factor,
        wallTimeMs: limits.wallTimeMs * factor,
      },
      retry: { ...retry, backoffMs: retry.backoffMs * factor, backoffMaxMs: retry.backoffMaxMs * factor },
      lease: {
        leaseMs: lease.leaseMs * factor,
        heartbeatMs: lease.heartbeatMs * factor,
        progressTimeoutMs: lease.progressTimeoutMs * factor,
        killAfterMs: lease.killAfterMs * factor,
      },
    },
  }
}
