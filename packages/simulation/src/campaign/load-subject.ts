import { BosunError } from '@bosun/core'
import { settingOf, type CheckOptions } from '../subject/check-options.ts'
import type { Setting, Subject } from '../subject/setting.ts'
import { subjectOf } from '../subject/subject-of.ts'

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
  return settingOf(subjectAt(subject, url), (check ?? {}) as CheckOptions)
}

function subjectAt(value: unknown, url: string): Subject {
  try {
    return subjectOf(value)
  } catch (error) {
    const { expected, received } = BosunError.from(error, 'SUBJECT_INVALID')
    throw new BosunError('SUBJECT_INVALID', {
      at: url,
      ...(expected === undefined ? {} : { expected: `${expected} as default export` }),
      ...(received === undefined ? {} : { received }),
    })
  }
}
