import type { ServiceIdentifier } from 'inversify'
import type { ErrorRecord } from '../errors/bosun-error.ts'
import type { RunView, TaskView } from '../managers/run-view.ts'

/** A free slot as placement sees it. */
export interface SlotView {
  readonly slot: string
  readonly worker: string
  /** Attempts it has run so far. */
  readonly assignments: number
}

/** How long an attempt has been silent, by three clocks, in ms. */
export interface LivenessClocks {
  readonly sinceBeatMs: number
  readonly sinceProgressMs: number
  readonly runningMs: number
}

/** What a strategy claims beyond the core invariants. */
export type Guarantee = (typeof GUARANTEES)[number]
export const GUARANTEES = ['work-conserving', 'priority', 'fifo-per-key', 'fair'] as const

/**
 * Six small pure policies that the kernel asks, and what they promise together. `composeStrategy` of
 * the kernel fills in defaults.
 */
export interface Strategy {
  readonly name: string
  readonly guarantees: readonly Guarantee[]
  readonly order: {
    readonly name: string
    /**
     * Lower goes first; asked when a task becomes ready, after a patch, and for all ready tasks when a
     * manager takes the run over. So it has to follow from the task: `view.at` is another one by then.
     */
    key(task: TaskView, view: RunView): number
    /** Whether keys of tasks that are ready already may change when tasks are added. Default false. */
    readonly changesWithPatches?: boolean
  }
  readonly placement: {
    readonly name: string
    /** Index of the slot to take; the list is never empty. Absent: the first. */
    choose?(task: TaskView, slots: readonly SlotView[], view: RunView): number
  }
  /**
   * `ahead`: how many tasks may be placed on a slot that is busy, to be done there next. 0 is pull: every
   * free slot takes what comes first. Only what needs nothing but a slot is placed: no resource, no
   * budget, no bounded group.
   *
   * `steal`: whether a slot that has nothing left takes a task placed on another. It takes the latest one
   * of the slot with the most, while owners take their oldest, so that the two rarely want the same.
   * Without it a task waits for its slot even while others are idle, which is not work-conserving.
   *
   * Source: R. D. Blumofe, C. E. Leiserson, Scheduling multithreaded computations by work stealing (1999).
   */
  readonly dispatch: { readonly ahead: number; readonly steal: boolean }
  readonly retry: {
    /** Delay in ms before the next attempt, or `undefined` for none. `random` is from 0 up to 1. */
    next(retry: number, error: ErrorRecord, view: RunView, random: () => number): number | undefined
  }
  readonly admission: {
    /** Whether another assignment may be made now, all caps aside. */
    admit(view: RunView): boolean
  }
  readonly liveness: {
    judge(clocks: LivenessClocks, view: RunView): 'alive' | 'suspect' | 'lost'
  }
}
export const Strategy: ServiceIdentifier<Strategy> = Symbol.for('bosun.Strategy')
