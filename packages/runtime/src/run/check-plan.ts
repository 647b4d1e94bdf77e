import {
  BosunError,
  errorRecord,
  errorRecordOf,
  PlanSchema,
  type ErrorRecord,
  type Task,
  type WorkerEntry,
} from '@bosun/core'
import { checkPatch, patchContext, type Kernel } from '@bosun/kernel'
import { z } from 'zod'
import { completeTasks } from '../tools/complete-tasks.ts'
import type { TaskDoor } from '../tools/task-door.ts'

/** Faults of the shape of a plan that are told at once. */
const SHAPE_FAULTS_MAX = 20

/** What a plan is checked against. */
export interface PlanChecks {
  readonly kernel: Kernel
  readonly door: TaskDoor | undefined
  readonly entries: readonly WorkerEntry[]
}

/**
 * What the run would refuse a plan for: all that can be told at once, for a planner that can mend it.
 * A plan without a shape has no tasks to look at, and one with types that nobody does no graph.
 */
export async function checkPlan(plan: unknown, checks: PlanChecks): Promise<readonly ErrorRecord[]> {
  const parsed = PlanSchema.safeParse(plan)
  if (!parsed.success) return parsed.error.issues.slice(0, SHAPE_FAULTS_MAX).map(shapeFaultOf)
  const { tasks } = parsed.data
  if (tasks.length === 0) return [errorRecordOf('PLAN_EMPTY')]
  const { handles } = patchContext(checks.kernel)
  const unhandled = tasks.flatMap(({ id, type }) =>
    handles(type) ? [] : [errorRecordOf('TASK_TYPE_UNHANDLED', { at: id, received: `"${type}"` })],
  )
  const answers = (await checks.door?.prepare(tasks)) ?? []
  const refused = answers.flatMap(({ error }) => (error === undefined ? [] : [error]))
  if (unhandled.length > 0) return [...unhandled, ...refused]
  const whole = completeTasks(tasks, refused.length > 0 ? [] : answers, checks.entries)
  const graph = 'error' in whole ? whole.error : graphFault(whole.tasks, checks.kernel)
  return graph === undefined ? refused : [...refused, graph]
}

// ---------------------------------------------------------------------------------------------

function shapeFaultOf({ path, message }: z.core.$ZodIssue): ErrorRecord {
  return errorRecordOf('PLAN_INVALID', { at: z.core.toDotPath(path) || 'the plan', received: message })
}

function graphFault(tasks: readonly Task[], kernel: Kernel): ErrorRecord | undefined {
  try {
    checkPatch(kernel.state, tasks, patchContext(kernel))
    return undefined
  } catch (error) {
    return errorRecord(BosunError.from(error, 'PLAN_INVALID'))
  }
}
