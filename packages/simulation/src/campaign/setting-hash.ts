import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '@bosun/core'
import { isRealWorker } from '../scenario/draw-scenario.ts'
import type { Setting } from '../subject/setting.ts'

/**
 * A short hash of what choices mean in a setting: what is drawn from them, and within which bounds. The
 * code of the subject is no part of it, so that a counterexample outlives the mending of the bug.
 */
export function settingHash(setting: Setting): string {
  const { subject, goal, workers, scope, limits, lease, retry, policy, hedge } = setting
  const types = Object.entries(workers).map(([type, worker]) => [type, isRealWorker(worker) ? 'real' : 'simulated'])
  const image = {
    kind: subject.kind,
    hasManager: setting.manager !== undefined,
    hasPlanner: setting.planner !== undefined,
    goal: typeof goal === 'function' ? 'drawn' : [goal],
    types,
    scope: { tasksMax: scope.tasksMax, slotsMax: scope.slotsMax },
    limits,
    lease,
    retry,
    policy,
    ...(Object.keys(hedge).length === 0 ? {} : { hedge }),
  }
  return createHash('sha256')
    .update(canonicalJson(image as unknown as Json))
    .digest('hex')
    .slice(0, 8)
}
