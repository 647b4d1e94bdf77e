import type { ErrorCode, ErrorRecord, Json, Message, Outcome, OutcomeMessage, RunView, Task } from '@bosun/core'
import type { Reducer } from './reducer.ts'

/*
 * An aggregate is the state of a fold over task results.
 *
 * - A commutative reducer folds each result as it arrives.
 * - An ordered one folds when the value is asked for, up to the first task that has no outcome yet;
 *   results that arrived early wait in `held`.
 * - In order `id`, nothing is folded before everything expected has ended: which task is found first
 *   depends on which worker was faster, and the value must not.
 * - A successor (`id~2`, made by a person's retry) takes the place of its predecessor; then an
 *   ordered value is folded once more from its start.
 */

/** A task whose result is not in the value, and why. */
export interface Missing {
  readonly task: string
  readonly outcome: Outcome
  readonly reason: string
  readonly code?: ErrorCode
  /** For `skipped`: the task whose outcome is behind it. */
  readonly because?: string
}

/** A task that was asked for and not added to the run, and why. */
export interface Refused {
  readonly task: string
  readonly reason: string
  readonly code: ErrorCode
}

export interface AggregateOptions {
  /** `added`: the order in which tasks were expected. `id`: by id, for tasks found while others run. */
  readonly order?: 'added' | 'id'
}

/** See `aggregate`. */
export class Aggregate<T, A> {
  readonly #reducer: Reducer<T, A>
  readonly #byId: boolean
  /** Expected tasks in order; a successor has replaced its predecessor. */
  readonly #order: string[] = []
  readonly #places = new Map<string, number>()
  readonly #tasks = new Map<string, Task>()
  /** Expected and not yet known to the run: refused, or to be seen in the view. */
  readonly #unconfirmed = new Set<string>()
  readonly #contains = new Set<string>()
  readonly #missing = new Map<string, Missing>()
  readonly #refused = new Map<string, Refused>()
  /** Results of an ordered fold, kept because a successor may have to be folded in between. */
  readonly #held = new Map<string, Json>()
  #value: A
  /** Places of `#order` below it are in the value. Ordered folds only. */
  #folded = 0

  constructor(reducer: Reducer<T, A>, options: AggregateOptions = {}) {
    this.#reducer = reducer
    this.#byId = options.order === 'id'
    this.#value = reducer.start()
  }

  /** Whether a task of this id has been expected; a refused one no longer is. */
  knows(id: string): boolean {
    return this.#tasks.has(id)
  }

  /** Why a task was refused, if it was. */
  refusal(id: string): Refused | undefined {
    return this.#refused.get(id)
  }

  /** Says which results are to come, in their order. Known tasks are passed over. */
  expect(tasks: readonly Task[]): void {
    for (const task of tasks) {
      if (this.#tasks.has(task.id)) continue
      if (this.#refused.delete(task.id)) this.#expectAgain(task)
      else this.#add(task)
      this.#unconfirmed.add(task.id)
    }
  }

  /** Takes the outcome of one task. */
  take(message: OutcomeMessage, view: RunView): void {
    const { task: id } = message
    if (!this.#tasks.has(id)) this.#adopt(message, view)
    this.#unconfirmed.delete(id)
    if (message.outcome !== 'succeeded') {
      this.#missing.set(id, missing(message))
      return
    }
    this.#contains.add(id)
    const result = message.result ?? null
    if (this.#reducer.kind === 'ordered') this.#held.set(id, result)
    else this.#value = this.#reducer.fold(this.#value, result as T, this.#task(id))
  }

  /**
   * Takes the news that something was refused: the task that the message names, or, if it names
   * none, every expected task that the run does not hold.
   */
  refuse(message: Extract<Message, { type: 'refused' }>, view: RunView): void {
    const ids = message.task === undefined ? [...this.#unconfirmed] : [message.task]
    for (const id of ids) {
      this.#unconfirmed.delete(id)
      if (view.task(id) !== undefined) continue
      if (!this.#places.has(id)) this.#places.set(id, this.#order.push(id) - 1)
      this.#refused.set(id, { task: id, reason: message.error.message, code: message.error.code })
      this.#tasks.delete(id)
    }
  }

  /** The fold so far; final when every expected task has ended. */
  get value(): A {
    if (this.#reducer.kind === 'ordered') this.#foldInOrder()
    return this.#value
  }

  /** Ids whose results are in the value, or will be once their turn comes, in task order. */
  get contains(): string[] {
    return this.#inOrder(this.#contains)
  }

  get missing(): Missing[] {
    return this.#inOrder(this.#missing).flatMap((id) => this.#missing.get(id) ?? [])
  }

  get refused(): Refused[] {
    return [...this.#refused.values()].sort((a, b) => (a.task < b.task ? -1 : 1))
  }

  #add(task: Task): void {
    this.#places.set(task.id, this.#order.length)
    this.#order.push(task.id)
    this.#tasks.set(task.id, task)
  }

  /** A refused task has kept its place, which an ordered fold may have passed already. */
  #expectAgain(task: Task): void {
    this.#tasks.set(task.id, task)
    if ((this.#places.get(task.id) ?? 0) < this.#folded) this.#startAgain()
  }

  /** A task that this manager did not add: a successor, or one that a person added. */
  #adopt({ task: id, taskType }: OutcomeMessage, view: RunView): void {
    const spec = view.task(id)?.spec ?? { id, type: taskType, body: null }
    const predecessor = predecessorOf(id, this.#places)
    const place = predecessor === undefined ? undefined : this.#places.get(predecessor)
    if (predecessor === undefined || place === undefined) return this.#add(spec)
    this.#tasks.set(id, spec)
    this.#places.delete(predecessor)
    this.#places.set(id, place)
    this.#order[place] = id
    this.#missing.delete(predecessor)
    if (place < this.#folded) this.#startAgain()
  }

  #foldInOrder(): void {
    if (this.#byId) {
      if (this.#order.some((id) => !this.#hasEnded(id))) return
      if (this.#folded < this.#order.length) this.#startAgain()
    }
    const order = this.#byId ? this.#order.toSorted(byCodeUnit) : this.#order
    for (let id = order[this.#folded]; id !== undefined; id = order[this.#folded]) {
      if (!this.#hasEnded(id)) return
      const result = this.#held.get(id)
      if (result !== undefined) this.#value = this.#reducer.fold(this.#value, result as T, this.#task(id))
      this.#folded += 1
    }
  }

  #startAgain(): void {
    this.#value = this.#reducer.start()
    this.#folded = 0
  }

  #hasEnded(id: string): boolean {
    return this.#held.has(id) || this.#missing.has(id) || !this.#tasks.has(id)
  }

  #task(id: string): Task {
    return this.#tasks.get(id) ?? { id, type: 'unknown', body: null }
  }

  #inOrder(ids: { has(id: string): boolean; keys(): Iterable<string> }): string[] {
    if (this.#byId) return [...ids.keys()].sort(byCodeUnit)
    return this.#order.filter((id) => ids.has(id))
  }
}

/**
 * Starts a fold over task results, which knows at every moment what it contains and what is missing.
 *
 * @example
 * import { aggregate, delegate, finish, foldManager, ordered, task } from '@bosun/managers'
 *
 * export default foldManager({
 *   name: 'concatenate',
 *   initial: () => aggregate(ordered((all: string, one: string) => all + one, '')),
 *   on: {
 *     goal(all) {
 *       const tasks = ['a', 'b'].map((id) => task('write', { id }, { id }))
 *       all.expect(tasks)
 *       return delegate(tasks)
 *     },
 *     outcome: (all, message, view) => all.take(message, view),
 *     refused: (all, message, view) => all.refuse(message, view),
 *     settled: (all) => finish({ text: all.value, contains: all.contains, missing: all.missing }),
 *   },
 * })
 */
export function aggregate<T, A>(reducer: Reducer<T, A>, options?: AggregateOptions): Aggregate<T, A> {
  return new Aggregate(reducer, options)
}

function missing({ task, outcome, error, because }: OutcomeMessage): Missing {
  return {
    task,
    outcome,
    reason: error?.message ?? (because === undefined ? outcome : `${outcome} because of ${because}`),
    ...(error === undefined ? {} : { code: (error satisfies ErrorRecord).code }),
    ...(because === undefined ? {} : { because }),
  }
}

/** Of the ids `a`, `a~2`, …, the one that `a~3` supersedes: whichever holds the place now. */
function predecessorOf(id: string, places: ReadonlyMap<string, number>): string | undefined {
  const found = /^(.*)~(\d+)$/.exec(id)
  if (found === null) return undefined
  const base = found[1] ?? ''
  for (let generation = Number(found[2]) - 1; generation > 1; generation -= 1) {
    if (places.has(`${base}~${generation}`)) return `${base}~${generation}`
  }
  return places.has(base) ? base : undefined
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
