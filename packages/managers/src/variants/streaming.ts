import type { Decision, Json, Manager, OutcomeMessage, RunView, Task } from '@bosun/core'
import { delegate, partial } from '../decisions/decisions.ts'
import { foldManager } from '../define/fold-manager.ts'
import type { GoalSchema } from '../define/goal-schema.ts'
import type { Missing } from '../reducers/aggregate.ts'
import type { Reducer } from '../reducers/reducer.ts'
import { Pace } from '../operators/pace.ts'
import { failFast } from './answer-outcome.ts'
import { conclude, type Gathered } from './gathered.ts'
import { Grouping, type GroupingOptions } from './grouping.ts'
import { Results } from './results.ts'

export interface StreamingOptions<G, T, A> extends GroupingOptions {
  readonly name: string
  readonly goal?: GoalSchema<G>
  readonly start: (goal: G, view: RunView) => readonly Task[]
  /**
   * How results become one value. A `commutative` reducer folds each as it arrives; an `ordered` one as
   * soon as all before it are there.
   */
  readonly reduce: Reducer<T, A>
  /**
   * What is shown of the value.
   * @defaultValue all of it
   */
  readonly show?: (value: A) => unknown
  /**
   * Shortest time between two partial results, in ms of the run; those in between are left out. 0 shows
   * one after every outcome.
   * @defaultValue 100
   */
  readonly everyMs?: number
}

/** What `streaming` shows while a run goes on; never its result. */
export interface PartialResult {
  readonly final: false
  /** Tasks that have ended, and all tasks known so far. */
  readonly done: number
  readonly total: number
  /** The task that has just ended, and how. */
  readonly task: string
  readonly outcome: string
  /** The fold so far, or what `show` made of it. */
  readonly value: unknown
  /** Tasks whose results have arrived, and those that ended without one. What is in neither is still to come. */
  readonly contains: readonly string[]
  readonly missing: readonly Missing[]
}

/**
 * A manager that delegates all tasks at once and shows the value while it grows: the first result is
 * there for people while the others are still being worked on.
 *
 * Use it instead of `fanOut` when what is done so far is worth looking at. It finishes with the same
 * result. Partial results are published and never stored.
 *
 * @example
 * import { commutative, streaming, task } from '@bosun/managers'
 *
 * export default streaming({
 *   name: 'word-count',
 *   start: (files: string[]) => files.map((path) => task('count_words', { path }, { id: path })),
 *   reduce: commutative((sum: number, words: number) => sum + words, 0),
 * })
 */
export function streaming<G = Json, T = Json, A = Json>(options: StreamingOptions<G, T, A>): Manager<G, Gathered<A>> {
  const { name, goal, start, reduce, show, everyMs = 100, failure } = options
  const grouping = new Grouping(name, options)
  return foldManager<{ results: Results<T, A>; pace: Pace }, G, Gathered<A>>({
    name,
    ...(goal === undefined ? {} : { goal }),
    initial: () => ({ results: new Results(reduce), pace: new Pace(everyMs) }),
    on: {
      goal({ results }, message, view) {
        const tasks = grouping.put(start(message.goal, view))
        results.expect(tasks)
        return tasks.length === 0 ? [] : [...grouping.open(), delegate(tasks)]
      },
      outcome({ results, pace }, message, view) {
        results.take(message, view)
        const shown = pace.lets(view.at) ? [partialOf(results, message, view, show)] : []
        return [...shown, ...failFast(failure, message, view)]
      },
      refused: ({ results }, message, view) => results.refuse(message, view),
      settled: ({ results }, _, view) => conclude(results.value, results, failure, view),
    },
  })
}

function partialOf<T, A>(
  results: Results<T, A>,
  { task, outcome }: OutcomeMessage,
  { tally }: RunView,
  show: ((value: A) => unknown) | undefined,
): Decision {
  const { value, contains, missing } = results
  const shown: PartialResult = {
    final: false,
    done: tally.total - tally.unresolved,
    total: tally.total,
    task,
    outcome,
    value: show === undefined ? value : show(value),
    contains,
    missing,
  }
  return partial(shown)
}
