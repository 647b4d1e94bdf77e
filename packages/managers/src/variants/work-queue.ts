import type { Decision, Json, Manager, RunView, Task } from '@bosun/core'
import { delegate } from '../decisions/decisions.ts'
import { foldManager } from '../define/fold-manager.ts'
import type { GoalSchema } from '../define/goal-schema.ts'
import { listed, type Reducer } from '../reducers/reducer.ts'
import { failFast, progressOf, type ShowProgress } from './answer-outcome.ts'
import { conclude, type Gathered } from './gathered.ts'
import { Grouping, type GroupingOptions } from './grouping.ts'
import { Results } from './results.ts'

export interface WorkQueueOptions<G, I, T, A> extends GroupingOptions {
  readonly name: string
  readonly goal?: GoalSchema<G>
  /** What there is to do. Drawn as the queue empties, so it may be long, or a generator. */
  readonly items: (goal: G, view: RunView) => Iterable<I>
  /** The task of an item; the same id twice is one task. */
  readonly task: (item: I, index: number) => Task
  /**
   * Tasks that are in the queue or being worked on at most. Above the number of slots, no worker waits
   * for the manager.
   * @defaultValue twice the slots of the run (`limits.slotsMax`)
   */
  readonly openMax?: number
  /**
   * How results become one value.
   * @defaultValue a list of all results, in the order of the items
   */
  readonly reduce?: Reducer<T, A>
  /**
   * Shows a partial result after every outcome; a function adds what it makes of the fold so far.
   * @defaultValue `false`
   */
  readonly progress?: ShowProgress<A>
}

/** What one run of the manager remembers. */
interface Queue<I, T, A> {
  readonly results: Results<T, A>
  items: Iterator<I>
  drawn: number
  /** Tasks that were asked for and have not ended. */
  readonly open: Set<string>
  /** Set once nothing more is drawn: there is nothing, or no task more can be added. */
  isDry: boolean
}

/**
 * A manager that keeps a queue of tasks filled, from which workers pull: whoever is free gets what comes
 * first in the order of the run's strategy.
 *
 * Under the strategy `work-stealing` (`strategy: 'work-stealing'` in the config) tasks are placed on busy slots
 * ahead of time, and a slot with nothing left steals from the one with the most. That suits tasks of very unlike
 * length that are cheap to begin. Then `openMax` has to leave something to place: at least `1 + ahead` times the
 * slots, so three times for the built-in one.
 *
 * Use it when there is far more to do than can be under way, or when the list is not known at once. Where
 * all tasks fit into the run from the start, `fanOut` shows more of what is to come.
 *
 * @example
 * import { commutative, task, workQueue } from '@bosun/managers'
 *
 * export default workQueue({
 *   name: 'thumbnails',
 *   items: (paths: string[]) => paths,
 *   task: (path) => task('make_thumbnail', { path }, { id: path }),
 *   reduce: commutative((bytes: number, one: { bytes: number }) => bytes + one.bytes, 0),
 * })
 */
export function workQueue<G = Json, I = Json, T = Json, A = T[]>(
  options: WorkQueueOptions<G, I, T, A>,
): Manager<G, Gathered<A>> {
  const { name, goal, items, task, openMax, failure, progress } = options
  const reduce = options.reduce ?? (listed<T>() as unknown as Reducer<T, A>)
  const grouping = new Grouping(name, options)
  const grouped = (one: Task): Task => grouping.put([one])[0] as Task
  const refill = (queue: Queue<I, T, A>, view: RunView): Decision[] => {
    // What belongs to a closed group is refused.
    if (view.isClosed(name)) queue.isDry = true
    const tasks = draw(queue, (item, index) => grouped(task(item, index)), openMax ?? 2 * view.config.limits.slotsMax)
    return tasks.length === 0 ? [] : [delegate(tasks)]
  }
  return foldManager<Queue<I, T, A>, G, Gathered<A>>({
    name,
    ...(goal === undefined ? {} : { goal }),
    initial: () => ({
      results: new Results(reduce),
      items: [][Symbol.iterator](),
      drawn: 0,
      open: new Set(),
      isDry: false,
    }),
    on: {
      goal(queue, message, view) {
        queue.items = items(message.goal, view)[Symbol.iterator]()
        return [...grouping.open(), ...refill(queue, view)]
      },
      outcome(queue, message, view) {
        const { results, open } = queue
        results.take(message, view)
        open.delete(message.task)
        if (isFailFast(failure, view) && message.outcome !== 'succeeded') queue.isDry = true
        const shown = progressOf(progress, results, message, view)
        return [...shown, ...failFast(failure, message, view), ...refill(queue, view)]
      },
      refused(queue, message, view) {
        // What refused one would refuse all that follow, and each would have to be told.
        queue.isDry = true
        queue.results.refuse(message, view)
      },
      settled: ({ results }, _, view) => conclude(results.value, results, failure, view),
    },
  })
}

function draw<I, T, A>(queue: Queue<I, T, A>, taskOf: (item: I, index: number) => Task, openMax: number): Task[] {
  const tasks: Task[] = []
  while (!queue.isDry && queue.open.size < openMax) {
    const next = queue.items.next()
    if (next.done === true) queue.isDry = true
    else {
      const task = taskOf(next.value, queue.drawn++)
      if (queue.results.knows(task.id)) continue
      queue.results.expect([task])
      queue.open.add(task.id)
      tasks.push(task)
    }
  }
  return tasks
}

function isFailFast(failure: GroupingOptions['failure'], { config }: RunView): boolean {
  return failure === 'fail-fast' || config.policy.failure === 'fail-fast'
}
