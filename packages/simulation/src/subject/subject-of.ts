import { BosunError, type AnyManager, type AnyWorker, type Planner, type Strategy } from '@bosun/core'
import type { Subject } from './setting.ts'

/** What can be put under check. */
export type Testee = Strategy | AnyManager | Planner | AnyWorker

/** Tells by its shape what a value is. Throws SUBJECT_INVALID for one that is none of the four. */
export function subjectOf(value: unknown): Subject {
  if (typeof value === 'object' && value !== null) {
    const shape = value as Readonly<Record<string, unknown>>
    if (shape['kind'] === 'worker' && isObject(shape['entry']) && typeof shape['run'] === 'function')
      return { kind: 'worker', worker: value as AnyWorker }
    if (typeof shape['program'] === 'function') return { kind: 'manager', manager: value as AnyManager }
    if (typeof shape['plan'] === 'function') return { kind: 'planner', planner: value as Planner }
    if (POLICIES.every((policy) => isObject(shape[policy]))) {
      return { kind: 'strategy', strategy: value as Strategy }
    }
  }
  throw new BosunError('SUBJECT_INVALID', {
    expected: 'a strategy (composeStrategy), a manager, a planner or a worker (defineWorker)',
    received: received(value),
  })
}

const POLICIES = ['order', 'placement', 'dispatch', 'retry', 'admission', 'liveness']

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function received(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return `an object with ${Object.keys(value).slice(0, 8).join(', ') || 'nothing in it'}`
}
