import { Observable, Subscriber, Subscription, type Observer, type Operator } from 'rxjs'

/**
 * The same stream for strangers: an observer that throws, here or behind any operator, is reported
 * and hears nothing more. rxjs alone would rethrow it on a later tick, where it ends the process.
 *
 * @param report told of what observers throw, and of an error that none of them handles
 */
export function guardedObservable<T>(source: Observable<T>, report: (error: unknown) => void): Observable<T> {
  return new GuardedObservable<T>(report, (subscriber) => source.subscribe(subscriber))
}

class GuardedObservable<T> extends Observable<T> {
  readonly #report: (error: unknown) => void

  constructor(report: (error: unknown) => void, subscribe?: (subscriber: Subscriber<T>) => Subscription) {
    super(subscribe)
    this.#report = report
  }

  /** Operators make their result with this, so what is piped is guarded as well. */
  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new GuardedObservable<R>(this.#report)
    // The two members by which rxjs itself chains operators.
    const chained = lifted as { source?: unknown; operator?: unknown }
    chained.source = this
    chained.operator = operator
    return lifted
  }

  override subscribe(
    observer?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // An operator's own subscriber hands what is thrown down to the observer at the end of its chain.
    if (observer instanceof Subscriber) return super.subscribe(observer)
    const told: Partial<Observer<T>> =
      typeof observer === 'object' && observer !== null
        ? observer
        : { ...(observer ? { next: observer } : {}), ...(error ? { error } : {}), ...(complete ? { complete } : {}) }
    const guarded = new Subscription()
    const attempt = (call: () => void) => {
      try {
        call()
      } catch (thrown) {
        guarded.unsubscribe()
        this.#report(thrown)
      }
    }
    guarded.add(
      super.subscribe({
        next: (value) => attempt(() => told.next?.(value)),
        error: (cause: unknown) =>
          told.error === undefined ? this.#report(cause) : attempt(() => told.error?.(cause)),
        complete: () => attempt(() => told.complete?.()),
      }),
    )
    return guarded
  }
}
