import type { AnyManager } from '@bosun/core'
import { map } from 'rxjs'
import type { Redactor } from './redactor.ts'

/**
 * A manager whose decisions hold no secret, the same when it decides and when it is replayed:
 * otherwise it would seem to differ from what is recorded of it.
 */
export function redactedManager(manager: AnyManager, redactor: Redactor | undefined): AnyManager {
  if (redactor === undefined) return manager
  const { name, checkGoal } = manager
  return {
    name,
    ...(checkGoal === undefined ? {} : { checkGoal }),
    program: (inbox$, view) => manager.program(inbox$, view).pipe(map((decision) => redactor.json(decision))),
  }
}
