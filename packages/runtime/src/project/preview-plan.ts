import {
  BosunError,
  PlanSchema,
  type AnyManager,
  type ErrorRecord,
  type Group,
  type Json,
  type ModelRegistry,
  type Plan,
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
import { planHash } from '@bosun/sdk'
import { z } from 'zod'
import { PlannerModels } from '../models/planner-models.ts'
import { SystemClock } from '../run/system-clock.ts'
import { checkPlan } from '../run/check-plan.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { completeTasks } from '../tools/complete-tasks.ts'
import type { OpenPlannerTools } from '../tools/planner-tools.ts'
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
  readonly plannerTools: OpenPlannerTools
}

/** What a goal leads to before the first worker runs. */
export interface PlanPreview {
  /** Checked, dependencies first. */
  readonly tasks: readonly Task[]
  /** Its levels, each after the one that it lies in. */
  readonly groups: readonly Group[]
  /** The workers that there are for it. */
  readonly workers: readonly WorkerEntry[]
  /** The plan as the run would receive it, and its hash. Absent: the manager made the tasks and asked for no plan. */
  readonly plan?: { readonly hash: string; readonly groups: readonly Group[]; readonly tasks: readonly Task[] }
}

/**
 * The tasks that a goal leads to before the first worker runs: the manager hears its goal in a run
 * that exists in memory only, its planner is asked if it asks for one, and the graph is checked as
 * the kernel would.
 *
 * @throws what is wrong with goal or graph, by code
 */
export async function previewPlan(parts: PreviewParts): Promise<PlanPreview> {
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
  const made: Gathered = { tasks: [], groups: [] }
  const asked: Gathered = { tasks: [], groups: [] }
  for (const decision of decisions) {
    if (decision.type === 'delegate') made.tasks.push(...decision.tasks)
    else if (decision.type === 'group') made.groups.push(decision.group)
    // oxlint-disable-next-line no-await-in-loop
    else if (decision.type === 'plan') add(asked, await planned(parts, kernel, decision.goal))
  }
  const [own, plan] = [await completed(made, parts), await completed(asked, parts)]
  const isAsked = decisions.some(({ type }) => type === 'plan')
  return {
    tasks: checkPatch(kernel.state, [...own.tasks, ...plan.tasks], patchContext(kernel)),
    groups: [...own.groups, ...plan.groups].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    workers: entries,
    ...(isAsked ? { plan: { hash: planHash(plan), ...plan } } : {}),
  }
}

interface Gathered {
  readonly tasks: Task[]
  readonly groups: Group[]
}

function add(all: Gathered, { tasks, groups = [] }: Plan): void {
  all.tasks.push(...tasks)
  all.groups.push(...groups)
}

async function planned(parts: PreviewParts, kernel: Kernel, goal: Json): Promise<Plan> {
  const { planner, entries: workers, folder, door, config, plannerTools } = parts
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
        // Nothing is recorded of a preview; a call that is denied is denied.
        tools: plannerTools({ run: 'preview', request: 'plan', policy: config.policy, signal, onDenied: () => {} }),
      }),
    )
    if (plan.success) return plan.data
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

/** As a run would record it: whole, and without secrets. */
async function completed({ tasks, groups }: Gathered, { door, entries, redactor }: PreviewParts): Promise<Gathered> {
  const whole = completeTasks(tasks, (await door?.prepare(tasks)) ?? [], entries)
  if ('error' in whole) throw asThrown(whole.error)
  const plain = { tasks: [...whole.tasks], groups }
  return redactor?.json(plain) ?? plain
}

/** A record of an error as the error it was: its message says already where, what and the fix. */
function asThrown({ code, message, at }: ErrorRecord): BosunError {
  return Object.assign(new BosunError(code, at === undefined ? {} : { at }), { message })
}
