import type { Decision, ErrorCode, Json, Manager, RunView, Task } from '@bosun/core'
import { delegate } from '../decisions/decisions.ts'
import { foldManager } from '../define/fold-manager.ts'
import type { GoalSchema } from '../define/goal-schema.ts'
import { listed, type Reducer } from '../reducers/reducer.ts'
import { failFast, progressOf, type ShowProgress } from './answer-outcome.ts'
import { conclude, type Gathered } from './gathered.ts'
import { Grouping, type GroupingOptions } from './grouping.ts'
import { Results } from './results.ts'

export interface DynamicOptions<G, D, T, A, R> extends GroupingOptions {
  /** @defaultValue `dynamic` */
  readonly name?: string
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
   *
   * @defaultValue a list of all results, by the ids of their tasks
   */
  readonly reduce?: Reducer<T, A>
  /**
   * Tasks added when everything before them has ended: a writer that needs all the rest. Asked again when
   * they have ended too, so that one phase may follow another, until it names no task that is new. Their
   * results are not folded; `finish` finds them in the view.
   */
  readonly afterwards?: (value: A, view: RunView) => readonly Task[]
  /**
   * What the run finishes with.
   * @defaultValue the folded value
   */
  readonly finish?: (value: A, view: RunView) => R
  /**
   * Shows a partial result after every outcome; a function adds what it makes of the fold so far.
   * @defaultValue `false`
   */
  readonly progress?: ShowProgress<A>
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
  const { name = 'dynamic', goal, start, discovered, afterwards, failure, progress } = options
  const reduce = options.reduce ?? (listed<T>() as unknown as Reducer<T, A>)
  const grouping = new Grouping(name, options)
  const result = options.finish ?? ((value: A) => value as unknown as R)
  return foldManager<Results<T, A>, G, Gathered<R>>({
    name,
    ...(goal === undefined ? {} : { goal }),
    initial: () => new Results(reduce, { order: 'id' }),
    on: {
      goal: (results, message, view) => [
        ...grouping.open(),
        ...ask(results, grouping.put(start(message.goal, view)), view),
      ],
      discovered(results, { task: parent, item }, view) {
        const finder = view.task(parent)?.spec ?? { id: parent, type: 'unknown', body: null }
        // What belongs to a closed group is refused.
        const found = view.isClosed(name) ? undefined : discovered(item as D, finder, view)
        return found === undefined ? [] : ask(results, grouping.put(listOf(found)), view, parent)
      },
      outcome(results, message, view) {
        results.take(message, view)
        return [...progressOf(progress, results, message, view), ...failFast(failure, message, view)]
      },
      refused: (results, message, view) => results.refuse(message, view),
      settled(results, _, view) {
        const next = afterwards === undefined ? [] : unasked(results, afterwards(results.value, view), view)
        // Asked once: what was refused here is not found elsewhere.
        const last = next.filter(({ id }) => results.refusal(id) === undefined)
        results.expectApart(last)
        if (last.length > 0) return delegate(last)
        return conclude(result(results.value, view), results, failure, view)
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
function ask<T, A>(results: Results<T, A>, tasks: readonly Task[], view: RunView, parent?: string): Decision[] {
  const fresh = unasked(results, tasks, view)
  if (fresh.length === 0) return []
  results.expect(fresh)
  return [delegate(fresh, parent === undefined ? {} : { parent })]
}

function unasked<T, A>(results: Results<T, A>, tasks: readonly Task[], view: RunView): readonly Task[] {
  const fresh = new Map<string, Task>()
  for (const task of tasks) {
    const refusal = results.refusal(task.id)
    if (refusal !== undefined && !FINDERS_FAULT.has(refusal.code)) continue
    if (!fresh.has(task.id) && !results.knows(task.id) && view.task(task.id) === undefined) fresh.set(task.id, task)
  }
  return [...fresh.values()]
}

function listOf(found: Task | readonly Task[]): readonly Task[] {
  return Array.isArray(found) ? found : [found as Task]
}
