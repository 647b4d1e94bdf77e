import { BosunError, type AnyWorker, type Assignment } from '@bosun/core'
import type { SubjectFault } from '../trace/trace.ts'
import { holdAmbient, releaseAmbient, type AmbientWatch } from './ambient-guard.ts'
import { AsyncAttempt } from './async-attempt.ts'
import type { Lane, LaneAttempt, LaneHooks } from './lane.ts'
import { divertRejections } from './divert-rejections.ts'
import { traceOrigins } from './resource-origins.ts'
import { drainRealms, renewRealms } from './sealed/sealed-realm.ts'
import { userPlace } from './user-place.ts'

/*
 * Ordinary async worker code, with the very context that it has in a run.
 *
 * 1. Everything that the code waits for through its context is settled by an event of the world.
 * 2. After an event, all that follows runs in microtasks and ticks, in an order that language and
 *    platform fix; one macrotask later there are none left. Nothing of this is permuted.
 * 3. Code that before this macrotask neither has finished nor waits for the world waits for something
 *    else: that is an escape, and the schedule could not be run again. It is found while the event
 *    loop stands, so however fast the machine answers, it is found every time.
 * 4. Guards and listeners of the process are shared by its lanes, so lanes take turns.
 */

export interface AsyncLaneOptions {
  /**
   * Notes where the code last called its context and opened anything of the machine, so that an escape
   * is told with file and line. Costs a stack for each: meant for the second run of a schedule that
   * escaped. Default false.
   */
  readonly diagnosing?: boolean
}

/**
 * The lane of ordinary async code.
 *
 * @example
 * import { AsyncLane } from '@bosun/simulation'
 *
 * const lane = new AsyncLane()
 * await lane.open()
 * try {
 *   lane.start(worker, assignment, hooks)
 *   if (lane.restless) await lane.settle()
 *   const [fault] = lane.takeFaults()
 * } finally {
 *   lane.close()
 * }
 */
export class AsyncLane implements Lane, AmbientWatch {
  /** Ends when the lane whose turn it is closes. */
  static #turn: Promise<void> | undefined

  readonly #diagnosing: boolean
  /** Attempts that have neither finished nor been cut off. */
  readonly #live = new Set<AsyncAttempt>()
  #faults: SubjectFault[] = []
  /** True from the moment that user code may run until it has come to rest. */
  #restless = false
  /** Rounds of ticks that code without a wait still gets in this settling. */
  #roundsLeft = 0
  /** Undoes what `open` did; undefined while closed. */
  #undo: (() => void) | undefined

  constructor(options: AsyncLaneOptions = {}) {
    this.#diagnosing = options.diagnosing ?? false
  }

  get restless(): boolean {
    return this.#restless
  }

  async open(): Promise<void> {
    while (AsyncLane.#turn !== undefined) await AsyncLane.#turn
    const turn = Promise.withResolvers<void>()
    AsyncLane.#turn = turn.promise
    renewRealms()
    const restore = divertRejections((reason) => this.#rejectionLeft(reason))
    const origins = this.#diagnosing ? traceOrigins() : undefined
    this.#undo = () => {
      origins?.stop()
      restore()
      AsyncLane.#turn = undefined
      turn.resolve()
    }
  }

  start(worker: AnyWorker, assignment: Assignment, hooks: LaneHooks): LaneAttempt {
    const attempt = new AsyncAttempt(worker, assignment, hooks, {
      diagnosing: this.#diagnosing,
      resumed: () => (this.#restless = true),
      ended: (ended) => this.#live.delete(ended),
    })
    this.#live.add(attempt)
    this.#enter(() => attempt.run())
    return {
      abort: () => this.#enter(() => attempt.abort()),
      kill: () => attempt.kill(),
    }
  }

  settle(): Promise<void> {
    if (!this.#restless) return Promise.resolve()
    // Up while the microtasks run; the macrotask takes it down.
    const outer = holdAmbient(this)
    drainRealms()
    this.#roundsLeft = TICK_ROUNDS_MAX
    queueMicrotask(this.#nextRound)
    return new Promise((resolve) => {
      afterMicrotasks(() => {
        releaseAmbient(outer)
        this.#restless = false
        resolve()
      })
    })
  }

  takeFaults(): readonly SubjectFault[] {
    if (this.#faults.length === 0) return NO_FAULTS
    const faults = this.#faults
    this.#faults = []
    return faults
  }

  close(): void {
    for (const attempt of this.#live) attempt.kill()
    this.#faults = []
    this.#restless = false
    this.#undo?.()
    this.#undo = undefined
  }

  /** @internal */
  ambientRefused(fault: SubjectFault): void {
    this.#faults.push(fault)
  }

  // Private

  /** Runs what may run user code at once. */
  #enter(act: () => void): void {
    this.#restless = true
    const outer = holdAmbient(this)
    try {
      act()
    } finally {
      releaseAmbient(outer)
    }
  }

  /** A tick that is asked for in a microtask comes when there are no microtasks left. */
  readonly #nextRound = (): void => process.nextTick(this.#findEscapes)

  readonly #findEscapes = (): void => {
    for (const attempt of this.#live) {
      if (!attempt.waitsForNothing) continue
      // It may be in the hands of a tick of its own, as with streams in memory.
      if ((this.#roundsLeft -= 1) > 0) {
        drainRealms()
        return queueMicrotask(this.#nextRound)
      }
      this.#faults.push(attempt.escape())
      attempt.kill()
    }
  }

  /** A rejected promise that user code dropped; in a run it would end the whole process. */
  #rejectionLeft(reason: unknown): void {
    // Not `instanceof`: an error of a realm is none of ours.
    const { stack, message: said = String(reason) } = Object(reason) as Partial<Error>
    const at = stack === undefined ? undefined : userPlace(stack)
    const received = `a rejected promise that nobody awaits: ${said}`
    const { code, message } = new BosunError('SUBJECT_THREW', { received, ...(at === undefined ? {} : { at }) })
    this.#faults.push(at === undefined ? { code, message } : { code, message, at })
  }
}

/** Taken before any guard is up. */
const afterMicrotasks = globalThis.setImmediate
/** Far more than any chain of ticks; reached only by code that has escaped, and takes some ms. */
const TICK_ROUNDS_MAX = 10_000
const NO_FAULTS: readonly SubjectFault[] = []
