import vm from 'node:vm'
import { refuseAmbient } from '../ambient-guard.ts'
import { realmProgram, type RealmDoor, type RealmHost } from './realm-program.ts'
import type { SealedSource } from './sealed-source.ts'

/*
 * A realm is a context of the engine with globals and a microtask queue of its own. The queue is
 * drained when a script has run in the realm, and only then: at once and to its end.
 *
 * Realms live for one schedule, so nothing that code keeps in a module leads from one to the next.
 */

/** One evaluation of a module in a realm of its own. */
export interface SealedRealm {
  readonly exports: Readonly<Record<string, unknown>>
  readonly door: RealmDoor
  /** Grows when the schedule ends to which the realm belongs. */
  readonly generation: number
}

let generation = 0
let live: vm.Context[] = []

const PROGRAM = new vm.Script(`(${realmProgram.toString()})`, { filename: 'node:bosun-realm' })
const NOTHING = new vm.Script('0')

/** Evaluates a module in a new realm; `modules` are what its imports mean. */
export function openRealm(source: SealedSource, modules: readonly object[]): SealedRealm {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    microtaskMode: 'afterEvaluate',
    codeGeneration: { strings: false, wasm: false },
  })
  live.push(context)
  const host: RealmHost = { refuse: refuseAmbient, print: (text) => console.log(text) }
  const door = (PROGRAM.runInContext(context) as typeof realmProgram)(host)
  const exports: Record<string, unknown> = {}
  ;(source.script.runInContext(context) as (imports: readonly object[], exports: object) => void)(modules, exports)
  return { exports, door, generation }
}

/** Whether a realm belongs to the schedule that runs now. */
export function isCurrent(realm: SealedRealm): boolean {
  return realm.generation === generation
}

/** Runs all that is queued in the realms of this schedule. */
export function drainRealms(): void {
  for (const context of live) NOTHING.runInContext(context)
}

/** Lets go of all realms: a schedule begins. */
export function renewRealms(): void {
  generation += 1
  live = []
}
