import type { Message, OutcomeMessage, RunView, Task } from '@bosun/core'
import { aggregate, type Aggregate, type AggregateOptions, type Missing, type Refused } from '../reducers/aggregate.ts'
import type { Reducer } from '../reducers/reducer.ts'

/**
 * The tasks of a variant: those whose results it folds, and apart from them those it only accounts for.
 * Detached tasks are of the second kind, since a value that held them would depend on who was faster.
 */
export class Results<T, A> {
  readonly #folded: Aggregate<T, A>
  readonly #apart: Aggregate<unknown, null>
  #hasApart = false

  constructor(reduce: Reducer<T, A>, options: AggregateOptions = {}) {
    this.#folded = aggregate(reduce, options)
    this.#apart = aggregate({ kind: 'commutative', fold: () => null, start: () => null }, options)
  }

  get value(): A {
    return this.#folded.value
  }

  /** Tasks whose results are in the value. */
  get contains(): readonly string[] {
    return this.#folded.contains
  }

  get missing(): readonly Missing[] {
    return [...this.#folded.missing, ...this.#apart.missing]
  }

  get refused(): readonly Refused[] {
    return [...this.#folded.refused, ...this.#apart.refused]
  }

  knows(id: string): boolean {
    return this.#folded.knows(id) || this.#apart.knows(id)
  }

  refusal(id: string): Refused | undefined {
    return this.#folded.refusal(id) ?? this.#apart.refusal(id)
  }

  expect(tasks: readonly Task[]): void {
    const isFolded = tasks.every(isJoined)
    this.#folded.expect(isFolded ? tasks : tasks.filter(isJoined))
    if (!isFolded) this.expectApart(tasks.filter((task) => !isJoined(task)))
  }

  /** Tasks whose results are not folded. */
  expectApart(tasks: readonly Task[]): void {
    this.#hasApart = true
    this.#apart.expect(tasks)
  }

  take(message: OutcomeMessage, view: RunView): void {
    const isApart = this.#hasApart && this.#apart.knows(baseOf(message.task))
    if (isApart) this.#apart.take(message, view)
    else this.#folded.take(message, view)
  }

  refuse(message: Extract<Message, { type: 'refused' }>, view: RunView): void {
    const isApart = this.#hasApart && (message.task === undefined || this.#apart.knows(message.task))
    if (isApart) this.#apart.refuse(message, view)
    if (!isApart || message.task === undefined) this.#folded.refuse(message, view)
  }
}

function isJoined({ wait }: Task): boolean {
  return wait !== 'detached'
}

/** A successor belongs where the task belongs that it stands in for. */
function baseOf(id: string): string {
  const mark = id.indexOf('~')
  return mark < 0 ? id : id.slice(0, mark)
}
