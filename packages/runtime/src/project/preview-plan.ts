import {
  BosunError,
  PlanSchema,
  type AnyManager,
  type ErrorRecord,
  type Json,
  type ModelRegistry,
  type Planner,
  type RunConfig,
  type Task,
  type WorkerEntry,
} from '@bosun/core'
import {
  BUILT_IN_STRATEGIES,
  checkPatch,
  createKernel,
  decide,
  nextMessage,
  patchContext,
  type Kernel,
} from '@bosun/kernel'
import { openSession } from '@bosun/managers'
import { z } from 'zod'
import { PlannerModels } from '../models/planner-models.ts'
import { SystemClock } from '../run/system-clock.ts'
import { checkPlan } from '../run/check-plan.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { completeTasks } from '../tools/complete-tasks.ts'
import type { TaskDoor } from '../tools/task-door.ts'

/** What a preview is made from. */
export interface PreviewParts {
  readonly manager: AnyManager
  readonly planner: Planner | undefined
  readonly door: TaskDoor | undefined
  readonly config: RunConfig
  readonly goal: Json
  readonly entries: readonly WorkerEntry[]
  readonly folder: string
  readonly models: ModelRegistry
  readonly redactor: Redactor | undefined
}

/**
 * The tasks that a goal leads to before the first worker runs: the manager hears its goal in a run
 * that exists in memory only, its planner is asked if it asks for one, and the graph is checked as
 * the kernel would.
 *
 * @throws what is wrong with goal or graph, by code
 */
export async function previewPlan(parts: PreviewParts): Promise<readonly Task[]> {
  const { manager, goal, config, entries } = parts
  const kernel = createKernel(BUILT_IN_STRATEGIES[0] as (typeof BUILT_IN_STRATEGIES)[number])
  using session = openSession(manager, { goal, view: kernel.view, onViolation: () => {} })
  decide(kernel, {
    type: 'start',
    at: 0,
    run: 'preview',
    goal,
    manager: manager.name,
    config,
    origins: {},
    workers: entries,
  })
  const next = nextMessage(kernel.state, 0)
  if (next === undefined) throw new BosunError('INTERNAL', { at: 'preview' })
  const { decisions, failure } = session.deliver(next.message)
  if (failure !== undefined) throw asThrown(failure)
  const tasks: Task[] = []
  for (const decision of decisions) {
    if (decision.type === 'delegate') tasks.push(...decision.tasks)
    // oxlint-disable-next-line no-await-in-loop
    else if (decision.type === 'plan') tasks.push(...(await planned(parts, kernel, decision.goal)))
  }
  return checked(kernel, parts.redactor?.json(tasks) ?? tasks, parts)
}

async function planned(parts: PreviewParts, kernel: Kernel, goal: Json): Promise<readonly Task[]> {
  const { planner, entries: workers, folder, door } = parts
  if (planner === undefined)
    throw new BosunError('PLANNER_FAILED', { received: 'no planner', fix: 'Name a planner in bosun.config.ts.' })
  const { signal } = new AbortController()
  const models = previewModels(parts, signal)
  try {
    const plan = PlanSchema.safeParse(
      await planner.plan({
        goal,
        workers,
        bodySchemas: door?.bodySchemas ?? {},
        folder,
        signal,
        model: (name) => models.model(name),
        check: (plan) => checkPlan(plan, { kernel, door, entries: workers }),
      }),
    )
    if (plan.success) return plan.data.tasks
    throw new BosunError('PLAN_INVALID', { at: planner.name, received: z.prettifyError(plan.error) })
  } finally {
    models.close()
  }
}

/** There is no run to count for; a preview is bound by the budget that its run would have. */
function previewModels({ models: registry, config, redactor }: PreviewParts, signal: AbortSignal): PlannerModels {
  const { tokensMax: tokens, costMicrosMax: costMicros } = config.limits
  const slice = { tokens, costMicros }
  return new PlannerModels({
    id: 'preview',
    registry,
    slice,
    clock: new SystemClock(),
    signal,
    report: () => {},
    redactor,
  })
}

async function checked(
  kernel: Kernel,
  tasks: readonly Task[],
  { door, entries }: PreviewParts,
): Promise<readonly Task[]> {
  const whole = completeTasks(tasks, (await door?.prepare(tasks)) ?? [], entries)
  if ('error' in whole) throw asThrown(whole.error)
  return checkPatch(kernel.state, whole.tasks, patchContext(kernel))
}

/** A record of an error as the error it was: its message says already where, what and the fix. */
function asThrown({ code, message, at }: ErrorRecord): BosunError {
  return Object.assign(new BosunError(code, at === undefined ? {} : { at }), { message })
}
