import type { Decision, Json, Manager, Message, RunView, Task } from '@bosun/core'
import { delegate, fail } from '../decisions/decisions.ts'
import { decide } from '../define/decide.ts'
import { defineManager } from '../define/define-manager.ts'
import type { GoalSchema } from '../define/goal-schema.ts'
import { nest } from '../nested/nest.ts'
import type { Part } from '../nested/part.ts'
import { MergeTree } from '../reducers/merge-tree.ts'
import type { Reducer } from '../reducers/reducer.ts'
import { failFast, progressOf, type ShowProgress } from './answer-outcome.ts'
import { conclude, type Gathered } from './gathered.ts'
import { Grouping, type GroupingOptions } from './grouping.ts'
import { Results } from './results.ts'

export interface MapReduceOptions<G, T, A> extends GroupingOptions {
  readonly name: string
  readonly goal?: GoalSchema<G>
  /**
   * What is done: the tasks of a goal, or another manager, whose tasks are then named `map/id`. What that
   * manager finishes with is not used: the results of its tasks are reduced.
   */
  readonly map: ((goal: G, view: RunView) => readonly Task[]) | Manager<G, unknown>
  /** Whether a result is reduced. Those that are not are named as dropped. Default: every one. */
  readonly keep?: (result: T, task: Task) => boolean
  /**
   * How results become one value. Has to be pure: the same results, the same value. An `ordered` one gets
   * them in task order, or by id once all are there if `map` is a manager.
   */
  readonly reduce: Reducer<T, A>
  /**
   * Reduces as a tree: each result by itself from the start of `reduce`, then neighbours merged in pairs.
   * Has to be associative and to leave its arguments as they are; then the value is the same as without.
   */
  readonly treeReduce?: (left: A, right: A) => A
  /**
   * Shows a partial result, with the task that ended, after every outcome; a function adds what it makes
   * of the value so far.
   * @defaultValue `false`
   */
  readonly progress?: ShowProgress<A>
}

/** What `mapReduce` finishes with. */
export interface MapReduced<A> extends Gathered<A> {
  /** Tasks that succeeded and whose results `keep` did not want. */
  readonly dropped: readonly string[]
}

/**
 * A manager that has many inputs worked on and reduces the results to one value.
 *
 * @example
 * import { commutative, mapReduce, task } from '@bosun/managers'
 *
 * export default mapReduce({
 *   name: 'todo-count',
 *   map: (files: string[]) => files.map((path) => task('count_todos', { path }, { id: path })),
 *   keep: (count: number) => count > 0,
 *   reduce: commutative((sum: number, count: number) => sum + count, 0),
 * })
 */
export function mapReduce<G = Json, T = Json, A = Json>(options: MapReduceOptions<G, T, A>): Manager<G, MapReduced<A>> {
  const { name, goal } = options
  return defineManager<G, MapReduced<A>>({
    name,
    ...(goal === undefined ? {} : { goal }),
    program(inbox$, view) {
      const run = new MapReduceRun(options, view)
      return inbox$.pipe(decide((message) => run.take(message)))
    },
  })
}

// ---------------------------------------------------------------------------------------------

/** The value so far, in one piece or as the tree of its parts. */
interface Folded<A> {
  readonly value: () => A
  readonly add: (one: Json, task: Task) => void
}

class MapReduceRun<G, T, A> {
  readonly #options: MapReduceOptions<G, T, A>
  readonly #view: RunView
  readonly #results: Results<T, Folded<A>>
  readonly #grouping: Grouping
  readonly #dropped = new Set<string>()
  #part: Part | undefined

  constructor(options: MapReduceOptions<G, T, A>, view: RunView) {
    const { map, reduce } = options
    this.#options = options
    this.#view = view
    // The tasks of a nested manager are in a group of that name by themselves.
    this.#grouping = new Grouping('map', options)
    this.#results = new Results(
      {
        kind: reduce.kind,
        start: () => folded(options),
        fold: (all, one, task) => {
          if (options.keep?.(one, task) === false) this.#dropped.add(task.id)
          else all.add(one as Json, task)
          return all
        },
      },
      { order: typeof map === 'function' ? 'added' : 'id' },
    )
  }

  get value(): A {
    return this.#results.value.value()
  }

  take(message: Message<G>): readonly Decision[] {
    const decisions = this.#mapped(message)
    for (const decision of decisions) if (decision.type === 'delegate') this.#results.expect(decision.tasks)
    if (message.type === 'refused') this.#results.refuse(message, this.#view)
    if (message.type === 'outcome') return [...decisions, ...this.#outcome(message)]
    if (message.type !== 'settled' || decisions.length > 0) return decisions
    return [this.#conclude()]
  }

  /** What the part that maps decides. */
  #mapped(message: Message<G>): Decision[] {
    const { map } = this.#options
    if (message.type === 'goal') {
      const open = this.#grouping.open()
      if (typeof map !== 'function') {
        this.#part = nest('map', map, message.goal, this.#view)
        return [...open, ...this.#ofPart(this.#part.begin(message.seq))]
      }
      const tasks = this.#grouping.put(map(message.goal, this.#view))
      return tasks.length === 0 ? [] : [...open, delegate(tasks)]
    }
    const part = this.#part
    if (part === undefined) return []
    const isItsOwn = message.type === 'settled' || message.type === 'steer' || part.owns(message as Message)
    return isItsOwn ? this.#ofPart(part.take(message as Message)) : []
  }

  #ofPart(decisions: readonly Decision[]): Decision[] {
    return decisions.map((decision) =>
      decision.type === 'delegate' ? { ...decision, tasks: [...this.#grouping.retried(decision.tasks)] } : decision,
    )
  }

  #outcome(message: Extract<Message, { type: 'outcome' }>): Decision[] {
    const { progress, failure } = this.#options
    this.#results.take(message, this.#view)
    const shown = progressOf(progress, this, message, this.#view)
    return [...shown, ...failFast(failure, message, this.#view)]
  }

  #conclude(): Decision {
    const end = this.#part?.end
    if (end?.type === 'failed' && this.#results.missing.length === 0) return fail(`map: ${end.reason}`)
    const { missing, refused } = this.#results
    const { value } = this
    const contains = this.#results.contains.filter((id) => !this.#dropped.has(id))
    const dropped = [...this.#dropped].toSorted()
    return conclude(value, { contains, missing, refused }, this.#options.failure, this.#view, { dropped })
  }
}

function folded<G, T, A>({ reduce, treeReduce }: MapReduceOptions<G, T, A>): Folded<A> {
  if (treeReduce === undefined) {
    let value = reduce.start()
    return {
      value: () => value,
      add: (one, task) => {
        value = reduce.fold(value, one as T, task)
      },
    }
  }
  const tree = new MergeTree(treeReduce)
  return {
    value: () => tree.value ?? reduce.start(),
    add: (one, task) => tree.push(reduce.fold(reduce.start(), one as T, task)),
  }
}
