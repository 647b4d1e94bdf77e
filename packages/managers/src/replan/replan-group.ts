import {
  isOutcome,
  successorId,
  type Decision,
  type Message,
  type OutcomeMessage,
  type RunView,
  type Task,
  type TaskView,
} from '@bosun/core'
import { amend, delegate, openGroup, plan, waive } from '../decisions/decisions.ts'
import { invalidatedBy, isWithin } from './invalidated-by.ts'
import { renamedTasks } from './renamed-tasks.ts'

type PlanMessage = Extract<Message, { type: 'plan' }>

/** What a planner is told of a group that is to be planned again. */
export interface ReplanRequest {
  /** `null`: the whole run. */
  readonly group: string | null
  /** 2 for the first time that it is planned again. */
  readonly round: number
  readonly failed: readonly { readonly task: string; readonly code: string; readonly message: string }[]
  /** Tasks of the group whose results are there. */
  readonly done: readonly string[]
  /** Tasks of the group that will never be done: withdrawn, cancelled or skipped. */
  readonly dropped: readonly string[]
}

export interface ReplanOptions {
  /**
   * How often each group is planned again.
   * @defaultValue 1
   */
  readonly replansMax?: number
  /**
   * What the planner is asked.
   * @defaultValue `{ goal, replan }`, the goal of the run beside the request
   */
  readonly goal?: (replan: ReplanRequest, view: RunView) => unknown
}

/**
 * Plans again what a failure makes void, and no more of the run than that.
 *
 * Use it in a manager whose plans come from a planner. When a task has failed or was lost, the smallest group
 * out of which nothing depends on it is invalid: what has not started in it is withdrawn, what runs may end,
 * and then the planner is asked. Its answer joins that group; what has succeeded is not done again. What the
 * new plan stands in for is waived, so the policy of the run has to allow that for failed, lost, skipped and
 * cancelled tasks (`policy.waive`); where it does not, nothing is planned again. Each step is a decision in the log.
 *
 * Make one per run, in `initial`, and give it outcomes and the plans that it owns.
 *
 * @example
 * import { delegate, fail, finish, foldManager, plan, replanGroup } from '@bosun/managers'
 *
 * export default foldManager({
 *   name: 'stubborn',
 *   initial: () => ({ replan: replanGroup({ replansMax: 2 }) }),
 *   on: {
 *     goal: (_, { goal }) => plan('first', goal),
 *     plan: ({ replan }, message, view) =>
 *       replan.owns(message) ? replan.take(message, view) : delegate(message.tasks, { plan: message.plan }),
 *     planFailed: (_, { error }) => fail(error.message),
 *     outcome: ({ replan }, message, view) => replan.take(message, view),
 *     settled: (_, __, view) => finish(view.tally.succeeded),
 *   },
 * })
 */
export function replanGroup(options: ReplanOptions = {}): GroupReplan {
  return new GroupReplan(options)
}

/** One replan under way. */
interface Open {
  readonly group: string | undefined
  readonly round: number
  /** The request to the planner; undefined while tasks of the group still run. */
  request: string | undefined
  /** What the new plan stands in for. */
  void: readonly string[]
}

/** See `replanGroup`. */
export class GroupReplan {
  readonly #options: ReplanOptions
  readonly #open: Open[] = []
  /** How often each group was planned, by name; '' is the run. */
  readonly #rounds = new Map<string, number>()

  /** @internal */
  constructor(options: ReplanOptions) {
    this.#options = options
  }

  /** Whether a plan, or that there is none, answers a request of this. */
  owns(message: Message): boolean {
    if (message.type !== 'plan' && message.type !== 'planFailed') return false
    return message.plan.startsWith(REQUEST)
  }

  /** What is to be decided on an outcome, or on a plan that it owns; nothing on any other message. */
  take(message: Message, view: RunView): Decision[] {
    if (message.type === 'outcome') return [...this.#invalidate(message, view), ...this.#ask(view)]
    if (!this.owns(message) || (message.type !== 'plan' && message.type !== 'planFailed')) return []
    const at = this.#open.findIndex(({ request }) => request === message.plan)
    // A larger group has been invalidated meanwhile; its plan will say what this one would have.
    if (at < 0) return this.#ask(view)
    const [open] = this.#open.splice(at, 1)
    return message.type === 'plan' && open !== undefined ? adopt(message, open, view) : []
  }

  // ---------------------------------------------------------------------------------------------

  #invalidate({ task, outcome }: OutcomeMessage, view: RunView): Decision[] {
    if (outcome !== 'failed' && outcome !== 'lost') return []
    const known = view.task(task)
    if (known === undefined || known.waived || !mayWaive([outcome, 'skipped', 'cancelled'], view)) return []
    const { group, unstarted } = invalidatedBy(task, view)
    if (group !== undefined && view.isClosed(group)) return []
    if (this.#open.some((open) => isWithin(group, open.group))) return []
    const round = (this.#rounds.get(group ?? '') ?? 1) + 1
    if (round > 1 + (this.#options.replansMax ?? 1)) return []
    this.#rounds.set(group ?? '', round)
    for (const inner of this.#open.filter((open) => isWithin(open.group, group))) {
      this.#open.splice(this.#open.indexOf(inner), 1)
    }
    this.#open.push({ group, round, request: undefined, void: [] })
    return unstarted.length === 0 ? [] : [amend({ withdraw: unstarted })]
  }

  /** Asks for each group in which nothing runs any more. */
  #ask(view: RunView): Decision[] {
    const decisions: Decision[] = []
    for (const open of this.#open) {
      if (open.request !== undefined) continue
      const within = Array.from(view.tasks()).filter(({ spec }) => isWithin(spec.group, open.group))
      if (!within.every(({ status }) => isOutcome(status))) continue
      const replan = requestOf(open, within, view)
      open.void = [...replan.failed.map(({ task }) => task), ...replan.dropped]
      open.request = `${REQUEST}${open.group ?? ''}:${open.round}`
      const { goal = defaultGoal } = this.#options
      decisions.push(plan(open.request, goal(replan, view)))
    }
    return decisions
  }
}

/** How the requests of replans begin. */
const REQUEST = 'replan:'

function defaultGoal(replan: ReplanRequest, { goal }: RunView): unknown {
  return { goal, replan }
}

function requestOf({ group, round }: Open, within: readonly TaskView[], view: RunView): ReplanRequest {
  const missing = within.filter(
    ({ spec, status, waived }) => status !== 'succeeded' && !waived && view.task(successorId(spec.id)) === undefined,
  )
  return {
    group: group ?? null,
    round,
    failed: missing.flatMap(({ spec, status, error }) =>
      status === 'failed' || status === 'lost'
        ? [{ task: spec.id, code: error?.code ?? 'INTERNAL', message: error?.message ?? '' }]
        : [],
    ),
    done: within.filter(({ status }) => status === 'succeeded').map(({ spec }) => spec.id),
    dropped: missing.filter(({ status }) => status !== 'failed' && status !== 'lost').map(({ spec }) => spec.id),
  }
}

/** The new plan as a part of the group, in place of what it stands in for. */
function adopt({ plan: request, tasks, groups = [] }: PlanMessage, open: Open, view: RunView): Decision[] {
  const waivable = open.void.filter((id) => mayWaive([view.task(id)?.status ?? ''], view))
  // What is new lies in the group that was planned again; what the run has stays where it is.
  const all = renamedTasks(tasks, open.round, view).map((task) =>
    view.task(task.id) === undefined ? inGroup(task, open.group) : task,
  )
  return [
    ...(waivable.length === 0 ? [] : [waive(waivable, `planned again as ${request}`)]),
    ...groups.map(({ name, ...spec }) => openGroup(nameIn(name, open.group) ?? name, spec)),
    delegate(all, { plan: request }),
  ]
}

function inGroup(task: Task, around: string | undefined): Task {
  const group = nameIn(task.group, around)
  return group === undefined ? task : { ...task, group }
}

function nameIn(group: string | undefined, around: string | undefined): string | undefined {
  if (group === undefined || around === undefined) return group ?? around
  return isWithin(group, around) ? group : `${around}/${group}`
}

function mayWaive(outcomes: readonly string[], { config }: RunView): boolean {
  return outcomes.every((outcome) => (config.policy.waive as readonly string[]).includes(outcome))
}
