import type { Decision, ErrorCode, Json, Manager, RunView, Task } from '@bosun/core'
import { delegate } from '../decisions/decisions.ts'
import { foldManager } from '../define/fold-manager.ts'
import type { GoalSchema } from '../define/goal-schema.ts'
import { aggregate, type Aggregate } from '../reducers/aggregate.ts'
import type { Reducer } from '../reducers/reducer.ts'
import { failFast, progressOf, type ShowProgress } from './answer-outcome.ts'
import { conclude, type FailurePolicy, type Gathered } from './gathered.ts'

export interface DynamicOptions<G, D, T, A, R> {
  readonly name: string
  readonly goal?: GoalSchema<G>
  /** The first tasks. */
  readonly start: (goal: G, view: RunView) => readonly Task[]
  /**
   * The task, the tasks or nothing that a finding of a worker leads to; `task` made the finding.
   * Tasks are told apart by id: the one that is found twice is added once.
   */
  readonly discovered: (item: D, task: Task, view: RunView) => Task | readonly Task[] | undefined
  /**
   * How results become one value. An `ordered` reducer gets the results by id, once all are there:
   * the order in which tasks are found depends on which worker was faster.
   */
  readonly reduce: Reducer<T, A>
  /**
   * Tasks added once, when everything discovered has ended: a writer that needs all the rest. Their
   * results are not folded; `finish` finds them in the view.
   */
  readonly afterwards?: (value: A, view: RunView) => readonly Task[]
  /**
   * What the run finishes with.
   * @defaultValue the folded value
   */
  readonly finish?: (value: A, view: RunView) => R
  /**
   * `fail-fast` cancels what is unresolved as soon as a task has ended without success. The run's
   * own policy applies in any case.
   * @defaultValue `best-effort`
   */
  readonly failure?: FailurePolicy
  /**
   * Shows a partial result after every outcome; a function adds what it makes of the fold so far.
   * @defaultValue `false`
   */
  readonly progress?: ShowProgress<A>
}

/** What one run of the manager remembers. */
interface Search<T, A> {
  /** Of the tasks that were started and discovered. */
  readonly all: Aggregate<T, A>
  /** Of the tasks that came afterwards; only its account matters, nothing is folded. */
  readonly last: Aggregate<unknown, null>
  askedAfterwards: boolean
}

/**
 * A manager whose tasks find further tasks: crawling, searching, walking a tree.
 *
 * Workers report findings; this manager decides what they lead to, adds each task once, and ends
 * when nothing is pending, also if the findings run in circles. It always finishes with what it has:
 * the result names what is missing and what was refused.
 *
 * @example
 * import { commutative, dynamic, task } from '@bosun/managers'
 * import { z } from 'zod'
 *
 * const scan = (path: string) => task('scan_dir', { path }, { id: path })
 * export default dynamic({
 *   name: 'survey',
 *   goal: z.object({ path: z.string() }),
 *   start: ({ path }) => [scan(path)],
 *   discovered: (dir: { path: string }) => scan(dir.path),
 *   reduce: commutative((all: Record<string, number>, one: Record<string, number>) => ({ ...all, ...one }), {}),
 * })
 */
export function dynamic<G = Json, D = Json, T = Json, A = Json, R = A>(
  options: DynamicOptions<G, D, T, A, R>,
): Manager<G, Gathered<R>> {
  const { name, goal, start, discovered, reduce, afterwards, failure, progress } = options
  const result = options.finish ?? ((value: A) => value as unknown as R)
  return foldManager<Search<T, A>, G, Gathered<R>>({
    name,
    ...(goal === undefined ? {} : { goal }),
    initial: () => ({
      all: aggregate(reduce, { order: 'id' }),
      last: aggregate({ kind: 'commutative', fold: () => null, start: () => null }),
      askedAfterwards: false,
    }),
    on: {
      goal: ({ all }, message, view) => ask(all, start(message.goal, view), view),
      discovered({ all }, { task: parent, item }, view) {
        const finder = view.task(parent)?.spec ?? { id: parent, type: 'unknown', body: null }
        const found = discovered(item as D, finder, view)
        return found === undefined ? [] : ask(all, listOf(found), view, parent)
      },
      outcome({ all, last }, message, view) {
        const part = last.knows(message.task) ? last : all
        part.take(message, view)
        return [...progressOf(progress, all, message, view), ...failFast(failure, message, view)]
      },
      refused({ all, last }, message, view) {
        const part = message.task !== undefined && last.knows(message.task) ? last : all
        part.refuse(message, view)
        if (message.task === undefined) last.refuse(message, view)
      },
      settled(search, _, view) {
        const { all, last } = search
        if (afterwards !== undefined && !search.askedAfterwards) {
          search.askedAfterwards = true
          const asked = ask(last, afterwards(all.value, view), view)
          if (asked.length > 0) return asked
        }
        const account = {
          contains: all.contains,
          missing: [...all.missing, ...last.missing],
          refused: [...all.refused, ...last.refused],
        }
        return conclude(result(all.value, view), account, failure, view)
      },
    },
  })
}

/** Refusals that say something about the finder rather than about the task. */
const FINDERS_FAULT: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['LIMIT_DEPTH', 'LIMIT_FAN_OUT'])

/**
 * Asks for those tasks that were not asked for yet. One that was refused because of where it was
 * found is asked for again when it is found elsewhere, or the value would depend on who was faster.
 */
function ask<T, A>(all: Aggregate<T, A>, tasks: readonly Task[], view: RunView, parent?: string): Decision[] {
  const fresh = new Map<string, Task>()
  for (const task of tasks) {
    const refusal = all.refusal(task.id)
    if (refusal !== undefined && !FINDERS_FAULT.has(refusal.code)) continue
    if (!fresh.has(task.id) && !all.knows(task.id) && view.task(task.id) === undefined) fresh.set(task.id, task)
  }
  if (fresh.size === 0) return []
  all.expect([...fresh.values()])
  return [delegate([...fresh.values()], parent === undefined ? {} : { parent })]
}

function listOf(found: Task | readonly Task[]): readonly Task[] {
  return Array.isArray(found) ? found : [found as Task]
}
