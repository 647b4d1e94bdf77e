import type { ErrorCode, ErrorRecord, Json, Message, Outcome, RunView, Task } from '@bosun/core'
import type { TaskOutcome } from '../operators/task-outcome.ts'
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

/** What is known of one task. One record and one map for all of it, because there may be a million. */
interface Known {
  readonly id: string
  /** Absent while the task is refused. */
  task: Task | undefined
  /** Its place in the order; a successor takes that of its predecessor. */
  place: number
  /** Expected and not yet known to the run: refused, or to be seen in the view. */
  isUnconfirmed: boolean
  hasSucceeded: boolean
  /** Kept by an ordered fold, because a successor may have to be folded in between. */
  held: Json | undefined
  missing: Missing | undefined
}

const NO_PLACE = -1

/** See `aggregate`. */
export class Aggregate<T, A> {
  readonly #reducer: Reducer<T, A>
  readonly #byId: boolean
  readonly #known = new Map<string, Known>()
  /** Expected tasks in order; a successor has replaced its predecessor. */
  readonly #order: Known[] = []
  readonly #refused = new Map<string, Refused>()
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
    return this.#known.get(id)?.task !== undefined
  }

  /** Why a task was refused, if it was. */
  refusal(id: string): Refused | undefined {
    return this.#refused.get(id)
  }

  /** Says which results are to come, in their order. Known tasks are passed over. */
  expect(tasks: readonly Task[]): void {
    for (const task of tasks) {
      const known = this.#see(task.id)
      if (known.task !== undefined) continue
      if (known.place !== NO_PLACE && this.#refused.delete(task.id)) this.#expectAgain(known, task)
      else this.#add(known, task).isUnconfirmed = true
    }
  }

  /** Takes the outcome of one task. */
  take(message: TaskOutcome, view: Pick<RunView, 'task'>): void {
    let known = this.#known.get(message.task)
    if (known?.task === undefined) known = this.#adopt(message, view)
    known.isUnconfirmed = false
    if (message.outcome !== 'succeeded') {
      known.missing = missingOf(message)
      return
    }
    known.hasSucceeded = true
    const result = message.result ?? null
    if (this.#reducer.kind === 'ordered') known.held = result
    else this.#value = this.#reducer.fold(this.#value, result as T, taskOf(known))
  }

  /**
   * Takes the news that something was refused: the task that the message names, or, if it names
   * none, every expected task that the run does not hold.
   */
  refuse(message: Extract<Message, { type: 'refused' }>, view: RunView): void {
    const all = message.task === undefined ? [...this.#known.values()].filter(isUnconfirmed) : [this.#see(message.task)]
    for (const known of all) {
      const { id } = known
      known.isUnconfirmed = false
      if (view.task(id) !== undefined) continue
      if (known.place === NO_PLACE) known.place = this.#order.push(known) - 1
      this.#refused.set(id, { task: id, reason: message.error.message, code: message.error.code })
      known.task = undefined
    }
  }

  /** The fold so far; final when every expected task has ended. */
  get value(): A {
    if (this.#reducer.kind === 'ordered') this.#foldInOrder()
    return this.#value
  }

  /** Ids whose results are in the value, or will be once their turn comes, in task order. */
  get contains(): string[] {
    return this.#inOrder(({ hasSucceeded }) => hasSucceeded).map(({ id }) => id)
  }

  get missing(): Missing[] {
    return this.#inOrder((known) => known.missing !== undefined).flatMap((known) => known.missing ?? [])
  }

  get refused(): Refused[] {
    return [...this.#refused.values()].sort((a, b) => (a.task < b.task ? -1 : 1))
  }

  /** What is known of a task, also when that is nothing yet. */
  #see(id: string): Known {
    let known = this.#known.get(id)
    if (known === undefined) {
      known = {
        id,
        task: undefined,
        place: NO_PLACE,
        isUnconfirmed: false,
        hasSucceeded: false,
        held: undefined,
        missing: undefined,
      }
      this.#known.set(id, known)
    }
    return known
  }

  #add(known: Known, task: Task): Known {
    known.place = this.#order.push(known) - 1
    known.task = task
    return known
  }

  /** A refused task has kept its place, which an ordered fold may have passed already. */
  #expectAgain(known: Known, task: Task): void {
    known.task = task
    known.isUnconfirmed = true
    if (known.place < this.#folded) this.#startAgain()
  }

  /** A task that this manager did not add: a successor, or one that a person added. */
  #adopt({ task: id, taskType }: TaskOutcome, view: Pick<RunView, 'task'>): Known {
    const spec = view.task(id)?.spec ?? { id, type: taskType, body: null }
    const predecessor = this.#predecessorOf(id)
    const successor = this.#see(id)
    if (predecessor === undefined) return this.#add(successor, spec)
    successor.task = spec
    successor.place = predecessor.place
    this.#order[successor.place] = successor
    predecessor.place = NO_PLACE
    predecessor.missing = undefined
    if (successor.place < this.#folded) this.#startAgain()
    return successor
  }

  /** Of the ids `a`, `a~2`, …, the one that `a~3` supersedes: whichever holds the place now. */
  #predecessorOf(id: string): Known | undefined {
    const found = /^(.*)~(\d+)$/.exec(id)
    if (found === null) return undefined
    const base = found[1] ?? ''
    for (let generation = Math.max(1, Number(found[2]) - 1); generation > 0; generation -= 1) {
      const known = this.#known.get(generation > 1 ? `${base}~${generation}` : base)
      if (known !== undefined && known.place !== NO_PLACE) return known
    }
    return undefined
  }

  #foldInOrder(): void {
    if (this.#byId) {
      if (!this.#order.every(hasEnded)) return
      if (this.#folded < this.#order.length) this.#startAgain()
    }
    const order = this.#byId ? this.#order.toSorted(byId) : this.#order
    for (let known = order[this.#folded]; known !== undefined; known = order[this.#folded]) {
      if (!hasEnded(known)) return
      if (known.held !== undefined) this.#value = this.#reducer.fold(this.#value, known.held as T, taskOf(known))
      this.#folded += 1
    }
  }

  #startAgain(): void {
    this.#value = this.#reducer.start()
    this.#folded = 0
  }

  #inOrder(isWanted: (known: Known) => boolean): Known[] {
    return this.#byId ? [...this.#known.values()].filter(isWanted).sort(byId) : this.#order.filter(isWanted)
  }
}

function isUnconfirmed(known: Known): boolean {
  return known.isUnconfirmed
}

function hasEnded({ task, held, missing }: Known): boolean {
  return held !== undefined || missing !== undefined || task === undefined
}

function taskOf({ id, task }: Known): Task {
  return task ?? { id, type: 'unknown', body: null }
}

function byId({ id: a }: Known, { id: b }: Known): number {
  return a < b ? -1 : a > b ? 1 : 0
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

/** What is to be said of a task that ended without success. */
export function missingOf({ task, outcome, error, because }: TaskOutcome): Missing {
  return {
    task,
    outcome,
    reason: error?.message ?? (because === undefined ? outcome : `${outcome} because of ${because}`),
    ...(error === undefined ? {} : { code: (error satisfies ErrorRecord).code }),
    ...(because === undefined ? {} : { because }),
  }
}
