import { BosunError, type ErrorRecord } from '@bosun/core'
import { animationFrameScheduler, asapScheduler, config, type SchedulerLike } from 'rxjs'
import { isCalledFrom, userFrame } from './user-frame.ts'

/*
 * While a manager's program runs, time is out of reach.
 *
 * The global timers are replaced by functions that refuse, and with them rxjs' asyncScheduler and
 * queueScheduler, which look the globals up at every call. asapScheduler (promises) and
 * animationFrameScheduler have no global timer below them, so their `schedule` is replaced instead.
 * Microtasks stay: what they bring comes after the delivery and is refused as late.
 *
 * The guard lasts for one synchronous call and is swapped in and out for every delivery, so it only
 * assigns; nothing is allocated. Holds may nest (a program that drives another session): the
 * outermost one saves and restores.
 */

/** Whoever runs a program, told of what the guard caught. */
export interface TimerWatch {
  /** A timer was asked for; the same error was thrown at the caller, who may have swallowed it. */
  timerRefused(error: BosunError): void
  /** An observer inside of the program threw; the stream library would have rethrown it from a timer. */
  observerThrew(cause: unknown): void
  /** A program that this one drives decided something outside of a delivery. */
  violated(error: ErrorRecord): void
}

let current: TimerWatch | undefined

let realSetTimeout = globalThis.setTimeout
let realSetInterval = globalThis.setInterval
let realSetImmediate = globalThis.setImmediate
let realAsap = asapScheduler.schedule
let realAnimationFrame = animationFrameScheduler.schedule

/** Whoever runs the program that is being told something right now. */
export function currentWatch(): TimerWatch | undefined {
  return current
}

/** Puts the guard up for `watch`; give what it returns to `releaseTimers`, in a `finally`. */
export function holdTimers(watch: TimerWatch): TimerWatch | undefined {
  const outer = current
  current = watch
  if (outer !== undefined) return outer
  realSetTimeout = globalThis.setTimeout
  realSetInterval = globalThis.setInterval
  realSetImmediate = globalThis.setImmediate
  realAsap = asapScheduler.schedule
  realAnimationFrame = animationFrameScheduler.schedule
  globalThis.setTimeout = refuseTimeout
  globalThis.setInterval = refuseInterval
  globalThis.setImmediate = refuseImmediate
  asapScheduler.schedule = refuseAsap
  animationFrameScheduler.schedule = refuseAnimationFrame
  return undefined
}

/** Takes the guard down, or hands it back to the outer hold. */
export function releaseTimers(outer: TimerWatch | undefined): void {
  current = outer
  if (outer !== undefined) return
  globalThis.setTimeout = realSetTimeout
  globalThis.setInterval = realSetInterval
  globalThis.setImmediate = realSetImmediate
  asapScheduler.schedule = realAsap
  animationFrameScheduler.schedule = realAnimationFrame
}

const refuseTimeout = ((callback: () => void) => {
  if (!isCalledFrom('reportUnhandledError')) return refuse('setTimeout')
  current?.observerThrew(unhandledError(callback))
  return undefined
}) as unknown as typeof globalThis.setTimeout
const refuseInterval = (() => refuse('setInterval')) as unknown as typeof globalThis.setInterval
const refuseImmediate = (() => refuse('setImmediate')) as unknown as typeof globalThis.setImmediate
const refuseAsap: SchedulerLike['schedule'] = () => refuse('asapScheduler')
const refuseAnimationFrame: SchedulerLike['schedule'] = () => refuse('animationFrameScheduler')

function refuse(name: string): never {
  const at = userFrame()
  const error = new BosunError('MANAGER_TIMER_REFUSED', { received: name, ...(at === undefined ? {} : { at }) })
  current?.timerRefused(error)
  throw error
}

/** The error inside of a callback with which rxjs reports one that nobody handled. */
function unhandledError(callback: () => void): unknown {
  const before = config.onUnhandledError
  let cause: unknown
  config.onUnhandledError = (error) => {
    cause = error
  }
  try {
    callback()
  } finally {
    config.onUnhandledError = before
  }
  return cause
}
