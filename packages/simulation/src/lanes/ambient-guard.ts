import { BosunError } from '@bosun/core'
import type { SubjectFault } from '../trace/trace.ts'
import { guardBuiltins } from './guard-builtins.ts'
import { userPlace } from './user-place.ts'

/*
 * While code under check runs, the time, chance and waits of the machine are out of reach.
 *
 * Each of them is replaced by a stand-in that refuses with advice, and reports what it refused, since
 * the caller may swallow the error. A call from nowhere in the user's code (a test runner that prints,
 * for example) passes.
 *
 * The guard is swapped in and out around every step of user code, so it only assigns, one line per
 * seat: a loop over a table takes fifteen times as long. Holds may nest; the outermost one saves and
 * restores. Microtasks stay real: Node runs them in a fixed order.
 *
 * What can be imported by name is guarded once and for all, and passes while the guard is down. What
 * no guard can reach is what code took out of its seat before (`const clock = Date`): waits of that kind
 * are found as escapes, and the rest by running schedules twice.
 */

/** Told of everything that the guard refused. Must not throw. */
export interface AmbientWatch {
  ambientRefused(fault: SubjectFault): void
}

/**
 * Runs a synchronous piece of user code with the guard up: a policy, a manager, or a whole schedule of
 * them.
 *
 * @example
 * import { guardAmbient } from '@bosun/simulation'
 *
 * const watch = { ambientRefused: (fault) => console.log(fault.at) } // /path/strategy.ts:7:30
 * guardAmbient(watch, () => strategy.order.key(task, view))
 */
export function guardAmbient<T>(watch: AmbientWatch, code: () => T): T {
  const outer = holdAmbient(watch)
  try {
    return code()
  } finally {
    releaseAmbient(outer)
  }
}

/** Puts the guard up for `watch`; give what it returns to `releaseAmbient`. */
export function holdAmbient(watch: AmbientWatch): AmbientWatch | undefined {
  guardBuiltins(refuseAmbient)
  const outer = current
  current = watch
  if (outer !== undefined) return outer
  real.setTimeout = globalThis.setTimeout
  real.setInterval = globalThis.setInterval
  real.setImmediate = globalThis.setImmediate
  real.fetch = globalThis.fetch
  real.Date = globalThis.Date
  real.dateNow = Date.now
  real.performanceNow = performancePrototype.now
  real.mathRandom = Math.random
  real.randomUUID = cryptoPrototype.randomUUID
  real.getRandomValues = cryptoPrototype.getRandomValues
  real.abortTimeout = AbortSignal.timeout
  real.hrtime = process.hrtime
  globalThis.setTimeout = standIns.setTimeout
  globalThis.setInterval = standIns.setInterval
  globalThis.setImmediate = standIns.setImmediate
  globalThis.fetch = standIns.fetch
  // Before the global one: `Date` has to mean the real one here.
  Date.now = standIns.dateNow
  globalThis.Date = standIns.Date
  performancePrototype.now = standIns.performanceNow
  Math.random = standIns.mathRandom
  cryptoPrototype.randomUUID = standIns.randomUUID
  cryptoPrototype.getRandomValues = standIns.getRandomValues
  AbortSignal.timeout = standIns.abortTimeout
  process.hrtime = standIns.hrtime
  if (temporal !== undefined) temporal.Now = standIns.temporalNow
  return undefined
}

/** Takes the guard down, or hands it back to the outer hold. */
export function releaseAmbient(outer: AmbientWatch | undefined): void {
  current = outer
  if (outer !== undefined) return
  globalThis.setTimeout = real.setTimeout
  globalThis.setInterval = real.setInterval
  globalThis.setImmediate = real.setImmediate
  globalThis.fetch = real.fetch
  globalThis.Date = real.Date
  Date.now = real.dateNow
  performancePrototype.now = real.performanceNow
  Math.random = real.mathRandom
  cryptoPrototype.randomUUID = real.randomUUID
  cryptoPrototype.getRandomValues = real.getRandomValues
  AbortSignal.timeout = real.abortTimeout
  process.hrtime = real.hrtime
  if (temporal !== undefined) temporal.Now = real.temporalNow
}

/** Reports and refuses a call of `name` if it comes from code under check. */
export function refuseAmbient(name: string): void {
  if (current === undefined) return
  const at = userPlace()
  if (at === undefined) return
  const error = new BosunError('SUBJECT_AMBIENT', { at, received: name })
  current.ambientRefused({ code: error.code, message: error.message, at })
  throw error
}

// Private

/** Whoever holds the guard; undefined when it is down. */
let current: AmbientWatch | undefined

const performancePrototype = Object.getPrototypeOf(performance) as Performance
const cryptoPrototype = Object.getPrototypeOf(globalThis.crypto) as Crypto
/** Not in every Node release that we run on. */
const temporal = (globalThis as { Temporal?: { Now: object } }).Temporal

/** What was in the seats when the guard went up. */
const real = {
  setTimeout: globalThis.setTimeout,
  setInterval: globalThis.setInterval,
  setImmediate: globalThis.setImmediate,
  fetch: globalThis.fetch,
  Date: globalThis.Date,
  dateNow: Date.now,
  performanceNow: performancePrototype.now,
  mathRandom: Math.random,
  randomUUID: cryptoPrototype.randomUUID,
  getRandomValues: cryptoPrototype.getRandomValues,
  abortTimeout: AbortSignal.timeout,
  hrtime: process.hrtime,
  temporalNow: temporal?.Now ?? {},
}

/** A function that refuses, or passes a call on to `target`, which is looked up when it is called. */
function standIn<F>(name: string, target: () => unknown): F {
  return function (this: unknown, ...args: unknown[]) {
    refuseAmbient(name)
    return Reflect.apply(target() as (...args: unknown[]) => unknown, this, args)
  } as F
}

/** Only what reads the clock is refused: a date that is told what it is stays a `Date` like any other. */
const guardedDate: DateConstructor = new Proxy(real.Date, {
  construct: (_, args, target) => {
    if (args.length === 0) refuseAmbient('new Date()')
    return Reflect.construct(real.Date, args, target === guardedDate ? real.Date : target) as object
  },
  apply: () => {
    refuseAmbient('Date()')
    return real.Date()
  },
})

const standIns = {
  setTimeout: standIn<typeof globalThis.setTimeout>('setTimeout', () => real.setTimeout),
  setInterval: standIn<typeof globalThis.setInterval>('setInterval', () => real.setInterval),
  setImmediate: standIn<typeof globalThis.setImmediate>('setImmediate', () => real.setImmediate),
  fetch: standIn<typeof globalThis.fetch>('fetch', () => real.fetch),
  Date: guardedDate,
  dateNow: standIn<typeof Date.now>('Date.now', () => real.dateNow),
  performanceNow: standIn<Performance['now']>('performance.now', () => real.performanceNow),
  mathRandom: standIn<typeof Math.random>('Math.random', () => real.mathRandom),
  randomUUID: standIn<Crypto['randomUUID']>('crypto.randomUUID', () => real.randomUUID),
  getRandomValues: standIn<Crypto['getRandomValues']>('crypto.getRandomValues', () => real.getRandomValues),
  abortTimeout: standIn<typeof AbortSignal.timeout>('AbortSignal.timeout', () => real.abortTimeout),
  hrtime: Object.assign(
    standIn<typeof process.hrtime>('process.hrtime', () => real.hrtime),
    {
      bigint: standIn<typeof process.hrtime.bigint>('process.hrtime.bigint', () => real.hrtime.bigint),
    },
  ),
  temporalNow: new Proxy(real.temporalNow, {
    get: (target, key, receiver) => {
      refuseAmbient(`Temporal.Now.${String(key)}`)
      return Reflect.get(target, key, receiver) as unknown
    },
  }),
}
