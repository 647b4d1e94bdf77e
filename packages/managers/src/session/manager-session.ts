import {
  BosunError,
  errorRecord,
  type Decision,
  type ErrorCode,
  type ErrorRecord,
  type Json,
  type Manager,
  type Message,
  type RunView,
} from '@bosun/core'
import { Observable, type Subscriber, type Subscription } from 'rxjs'
import { checkedDecision } from './checked-decision.ts'
import { checkGoal } from './check-goal.ts'
import { holdTimers, releaseTimers, type TimerWatch } from './timer-guard.ts'
import { userFrame } from './user-frame.ts'

/*
 * A session is one life of a manager's program: the runtime, the simulator and an audit all drive
 * programs through it, and through nothing else.
 *
 * 1. The program starts with its first message, so that what it emits when it is subscribed
 *    (`startWith`) belongs to a message as well.
 * 2. What it emits while a message is delivered is that message's list of decisions. A delivery
 *    that fails decides nothing.
 * 3. Whatever comes at another time is refused and reported; it changes nothing.
 * 4. The program holds an Observable from which no path leads to the list of its readers.
 */

/** What one message led to. */
export interface Delivery {
  /** In the order in which they were emitted; empty if the delivery failed. */
  readonly decisions: Decision[]
  /** Why the program cannot go on; every later delivery repeats it. */
  readonly failure?: ErrorRecord
  /** Whether the program has finished, failed the run or broken. */
  readonly ended: boolean
}

export interface SessionOptions {
  /** The goal of the run, as it came; the program gets what the manager's `checkGoal` makes of it. */
  readonly goal: Json
  readonly view: RunView
  /** Told of what a program did outside of a delivery. Must not throw. */
  readonly onViolation: (error: ErrorRecord) => void
}

/**
 * Opens a session with a manager.
 *
 * For drivers (a runtime, a simulator, a test); a manager's author needs none of it.
 *
 * @throws GOAL_INVALID
 * @example
 * import type { RunView } from '@bosun/core'
 * import { finish, foldManager, openSession } from '@bosun/managers'
 *
 * const view = { goal: 'hi' } as RunView // the kernel's, in a real driver
 * const echo = foldManager({
 *   name: 'echo',
 *   initial: () => null,
 *   on: { goal: () => [], settled: (_, __, view) => finish(view.goal) },
 * })
 * const session = openSession(echo, { goal: 'hi', view, onViolation: (error) => console.error(error.message) })
 * session.deliver({ type: 'goal', seq: 2, goal: 'hi' }) // { decisions: [], ended: false }
 * session.deliver({ type: 'settled', seq: 3 }) // { decisions: [{ type: 'finish', result: 'hi' }], ended: true }
 */
export function openSession<G, R>(manager: Manager<G, R>, options: SessionOptions): ManagerSession {
  return new ManagerSession(manager as unknown as Manager, options)
}

/** See `openSession`. */
export class ManagerSession implements TimerWatch, Disposable {
  readonly #manager: Manager
  readonly #view: RunView
  /** What `checkGoal` made of the goal. */
  readonly #goal: Json
  readonly #onViolation: (error: ErrorRecord) => void
  /** Who reads the inbox. Replaced as a whole, so that a delivery reaches those who read when it began. */
  #readers: readonly Subscriber<Message>[] = []
  /** Set from the first delivery on. */
  #subscription: Subscription | undefined
  /** True only inside of `deliver`. */
  #delivering = false
  /** True from a finish or fail on, until the run goes on after all. */
  #finished = false
  /** True once the program's stream has completed. */
  #completed = false
  /** Set once the program has broken; it never recovers. */
  #failure: ErrorRecord | undefined
  /** What the delivery at hand has brought so far; empty between deliveries. */
  #decisions: Decision[] = []
  /** For messages about what came late. */
  #latest: Message | undefined

  constructor(manager: Manager, options: SessionOptions) {
    this.#manager = manager
    this.#view = options.view
    this.#goal = checkGoal(manager, options.goal)
    this.#onViolation = options.onViolation
  }

  /**
   * Delivers one message and collects what the program decides on it.
   *
   * After finish or fail, messages are ignored, except the news that the finish was refused; for a
   * run that was reopened, call `reopen` first.
   *
   * @throws INTERNAL when called during a delivery
   */
  deliver(message: Message): Delivery {
    if (this.#delivering) throw new BosunError('INTERNAL', { at: this.#manager.name, received: 'a nested delivery' })
    if (this.#failure !== undefined) return { decisions: [], failure: this.#failure, ended: true }
    if (this.#finished && !isFinishRefused(message)) return { decisions: [], ended: true }
    this.#finished = false
    this.#delivering = true
    this.#latest = message
    const outer = holdTimers(this)
    try {
      if (this.#subscription === undefined) this.#subscribe()
      const told = message.type === 'goal' ? { ...message, goal: this.#goal } : message
      const readers = this.#readers
      for (let index = 0; index < readers.length; index += 1) readers[index]?.next(told)
    } catch (error) {
      this.#break('MANAGER_FAILED', error)
    } finally {
      releaseTimers(outer)
      this.#delivering = false
    }
    if (this.#completed && !this.#finished) this.#break('MANAGER_ENDED')
    return this.#conclude()
  }

  /** Lets messages through again after a finish: the run was reopened. */
  reopen(): void {
    this.#finished = false
  }

  /** Ends the program's subscriptions. What it may still emit is no longer heard. */
  [Symbol.dispose](): void {
    this.#failure ??= errorRecord(
      new BosunError('MANAGER_ENDED', { at: this.#manager.name, received: 'a closed session' }),
    )
    this.#subscription?.unsubscribe()
  }

  /** @internal */
  timerRefused(error: BosunError): void {
    this.#break('MANAGER_TIMER_REFUSED', error)
  }

  /** @internal */
  observerThrew(cause: unknown): void {
    this.#break('MANAGER_FAILED', cause)
  }

  /** @internal */
  violated(error: ErrorRecord): void {
    this.#onViolation(error)
  }

  #subscribe(): void {
    // Not a Subject seen `asObservable`, whose `source` it is: a program could forge messages with it.
    const inbox$ = new Observable<Message>((subscriber) => {
      this.#readers = [...this.#readers, subscriber]
      return () => {
        this.#readers = this.#readers.filter((reader) => reader !== subscriber)
      }
    })
    const decision$: unknown = this.#manager.program(inbox$, this.#view)
    if (!isSubscribable(decision$)) {
      throw new BosunError('MANAGER_FAILED', {
        at: this.#manager.name,
        expected: 'an Observable of decisions from program()',
        received: decision$ instanceof Promise ? 'a promise' : String(decision$),
        fix: 'Return the stream, and do not make program() async.',
      })
    }
    this.#subscription = decision$.subscribe({
      next: (emitted) => this.#decided(emitted),
      error: (error: unknown) => this.#break('MANAGER_FAILED', error),
      complete: () => this.#complete(),
    })
  }

  #decided(emitted: unknown): void {
    if (this.#failure !== undefined) return
    if (!this.#delivering) return this.#late(emitted)
    try {
      const decision = checkedDecision(emitted)
      this.#decisions.push(decision)
      if (decision.type === 'finish' || decision.type === 'fail') this.#finished = true
    } catch (error) {
      this.#break('MANAGER_DECISION_INVALID', error)
    }
  }

  #late(emitted: unknown): void {
    const at = userFrame()
    const { name } = this.#manager
    this.#onViolation(
      errorRecord(
        new BosunError('MANAGER_DECISION_LATE', {
          at: at ?? `manager ${name}`,
          received: `${typeOf(emitted)}, after message ${this.#latest?.seq} (${this.#latest?.type}) of ${name}`,
          ...(at === undefined
            ? { fix: 'Look for a promise or an async function in the program; only what is synchronous can decide.' }
            : {}),
        }),
      ),
    )
  }

  #complete(): void {
    this.#completed = true
    if (!this.#delivering && !this.#finished) this.#break('MANAGER_ENDED')
  }

  /** The first cause stands: what follows from it would only hide it. */
  #break(code: ErrorCode, cause?: unknown): void {
    if (this.#failure !== undefined) return
    // A Bosun error keeps its own code; anything else is the cause of `code`.
    const name = this.#manager.name
    this.#failure = errorRecord(
      cause === undefined
        ? new BosunError(code, { at: name })
        : BosunError.from(cause, code, { at: thrownAt(cause) ?? name }),
    )
    if (!this.#delivering) this.#onViolation(this.#failure)
  }

  #conclude(): Delivery {
    if (this.#failure !== undefined) {
      this.#decisions = []
      this.#subscription?.unsubscribe()
      return { decisions: [], failure: this.#failure, ended: true }
    }
    if (this.#decisions.length === 0 && !this.#finished) return NOTHING
    const decisions = this.#decisions
    this.#decisions = []
    return { decisions, ended: this.#finished }
  }
}

/** What most messages lead to. */
const NOTHING: Delivery = Object.freeze({ decisions: [], ended: false })

function isFinishRefused(message: Message): boolean {
  return message.type === 'refused' && (message.decision === 'finish' || message.decision === 'fail')
}

function isSubscribable(value: unknown): value is Observable<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { subscribe?: unknown }).subscribe === 'function'
  )
}

function typeOf(emitted: unknown): string {
  if (typeof emitted === 'object' && emitted !== null && 'type' in emitted) return String(emitted.type)
  return typeof emitted
}

/** Where an error was thrown, read from its own stack. */
function thrownAt(cause: unknown): string | undefined {
  return cause instanceof Error ? userFrame(cause.stack) : undefined
}
