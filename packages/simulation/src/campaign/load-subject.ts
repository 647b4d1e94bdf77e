import { BosunError } from '@bosun/core'
import { resolveOwnImports } from '@bosun/sdk'
import { sealedWorker } from '../lanes/sealed/sealed-worker.ts'
import { userPlace } from '../lanes/user-place.ts'
import { settingOf, type CheckOptions } from '../subject/check-options.ts'
import type { Setting, Subject } from '../subject/setting.ts'
import { subjectOf } from '../subject/subject-of.ts'
import { createSimulator } from '../world/simulator.ts'

/** How code under check is run: synchronous code, code that waits, code that is not trusted. */
export type LaneName = 'pure' | 'async' | 'sealed'

/**
 * Loads what a module wants checked: a strategy, manager, planner or worker as its default export, and
 * options for the check, if any, as its export `check`. Throws SUBJECT_INVALID, which says what is
 * wrong with the module.
 *
 * @param url the module, as a `file:` URL
 * @param lane which it has to run in. Default: `async` when it waits, else `pure`. In the `sealed` lane
 * the module is a worker, and is not imported: it runs anew for each schedule in a realm of its own
 */
export async function loadSubject(url: string, lane?: LaneName): Promise<Setting> {
  if (lane === 'sealed') return settingOf({ kind: 'worker', worker: sealedWorker(new URL(url)) })
  const setting = await importSubject(url)
  const own = createSimulator(setting).isAsync ? 'async' : 'pure'
  if (lane === undefined || lane === own) return setting
  const expected = `code for the ${lane} lane`
  throw new BosunError('SUBJECT_INVALID', { at: url, expected, received: `code for the ${own} one`, fix: NO_LANE })
}

const NO_LANE = 'Leave the lane out: it follows from the code.'

async function importSubject(url: string): Promise<Setting> {
  // As a run would: a check of what runs must not ask for more than the run.
  resolveOwnImports(import.meta.url)
  const exported = await import(url).catch((error: unknown) => {
    const received = error instanceof Error ? error.message : String(error)
    const fix = 'Correct the path, or the error that the module ends with.'
    throw new BosunError('SUBJECT_INVALID', {
      at: placeOf(error) ?? url,
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

/** The line at which loading ended; a syntax error names it before its stack, if at all. */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined
  const [first = ''] = error.stack.split('\n', 1)
  return /^\S.*:\d+$/.test(first) ? first : userPlace(error.stack)
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
