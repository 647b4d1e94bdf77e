import { BosunError } from '@bosun/core'
import { settingOf, type CheckOptions } from '../subject/check-options.ts'
import type { Setting, Subject } from '../subject/setting.ts'

/** What tells the four kinds of subject apart: the functions and parts that each has and no other. */
const MARKS = [
  { kind: 'strategy', has: ['order', 'placement', 'dispatch', 'retry', 'admission', 'liveness'] },
  { kind: 'manager', has: ['program'] },
  { kind: 'planner', has: ['plan'] },
  { kind: 'worker', has: ['entry', 'run'] },
] as const

/**
 * Loads what a module wants checked: a strategy, manager, planner or worker as its default export, and
 * options for the check, if any, as its export `check`. Throws SUBJECT_INVALID, which says what is
 * wrong with the module.
 *
 * @param url the module, as a `file:` URL
 */
export async function loadSubject(url: string): Promise<Setting> {
  const exported = await import(url).catch((error: unknown) => {
    const received = error instanceof Error ? error.message : String(error)
    const fix = 'Correct the path, or the error that the module ends with.'
    throw new BosunError('SUBJECT_INVALID', {
      at: url,
      summary: 'The module could not be loaded.',
      received,
      fix,
      cause: error,
    })
  })
  const { default: subject, check } = exported as { default?: unknown; check?: unknown }
  if (check !== undefined && (typeof check !== 'object' || check === null)) {
    throw new BosunError('SUBJECT_INVALID', { at: url, expected: 'an object as `check`', received: typeof check })
  }
  return settingOf(subjectOf(subject, url), (check ?? {}) as CheckOptions)
}

function subjectOf(value: unknown, url: string): Subject {
  const names = isPart(value) ? Object.keys(value) : []
  const found = isPart(value) ? MARKS.find(({ has }) => has.every((name) => isPart(value[name]))) : undefined
  if (found !== undefined) return { kind: found.kind, [found.kind]: value } as unknown as Subject
  const near = MARKS.find(({ has }) => has.some((name) => names.includes(name)))
  const missing = near?.has.filter((name) => !isPart((value as Record<string, unknown>)[name]))
  throw new BosunError('SUBJECT_INVALID', {
    at: url,
    expected: near === undefined ? 'a strategy, manager, planner or worker as default export' : `a ${near.kind}`,
    received: missing === undefined ? describe(value) : `one without ${missing.join(', ')}`,
  })
}

function isPart(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function describe(value: unknown): string {
  if (value === undefined) return 'no default export'
  if (!isPart(value)) return `a ${typeof value}`
  const names = Object.keys(value)
  return names.length === 0
    ? `a ${typeof value} without members`
    : `a ${typeof value} with ${names.slice(0, 8).join(', ')}`
}
