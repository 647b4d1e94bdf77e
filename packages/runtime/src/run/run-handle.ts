import { BosunError, type CancelScope, type Fact, type FactOf, type Json, type RunView } from '@bosun/core'
import { why, type Reason } from '@bosun/kernel'
import { concatMap, filter, type Observable } from 'rxjs'
import type { ManagedRun } from './managed-run.ts'
import type { RunOutcome } from './run-loop.ts'

/** A fact that tells how a task ended. */
export type OutcomeFact = FactOf<'task.succeeded' | 'task.failed' | 'task.lost' | 'task.cancelled' | 'task.skipped'>

/** What a person or a program holds of a run that this process manages. */
export class RunHandle implements AsyncIterable<readonly Fact[]> {
  readonly run: string
  /** Settles when the run has ended or rests paused. Rejects only when its journal failed for good. */
  readonly outcome: Promise<RunOutcome>
  /** Facts in order, each after it is durable; volatile ones in between. From the subscription on. */
  readonly facts$: Observable<Fact>
  /** How tasks ended, in the order in which they did. */
  readonly outcomes$: Observable<OutcomeFact>
  /** What workers emitted, in the order in which it was accepted. */
  readonly emitted$: Observable<FactOf<'attempt.emitted'>>
  /** What the manager publishes while it folds. Never final. */
  readonly partial$: Observable<Json>
  readonly #managed: ManagedRun

  constructor(managed: ManagedRun) {
    this.run = managed.run
    this.outcome = managed.outcome
    this.#managed = managed
    this.facts$ = managed.feed.facts$.pipe(concatMap((facts) => facts))
    this.outcomes$ = this.facts$.pipe(filter(isOutcomeFact))
    this.emitted$ = this.facts$.pipe(filter((fact) => fact.type === 'attempt.emitted'))
    this.partial$ = managed.feed.partials$
  }

  /** The facts in batches, from this call on. What was before is in the journal. */
  [Symbol.asyncIterator](): AsyncIterator<readonly Fact[], undefined> {
    return this.#managed.feed[Symbol.asyncIterator]()
  }

  /**
   * The manager's result.
   *
   * @throws RUN_UNRESOLVED when the run did not complete, with the cause and the tasks that are missing
   */
  get result(): Promise<Json> {
    return this.outcome.then(({ end }) => {
      if (end?.type === 'run.completed') return end.result
      if (end === undefined) throw new BosunError('RUN_UNRESOLVED', { at: this.run, received: 'a paused run' })
      const missing = 'missing' in end ? end.missing : this.#unsuccessful()
      const more = missing.length > 10 ? ` and ${missing.length - 10} more` : ''
      throw new BosunError('RUN_UNRESOLVED', {
        at: this.run,
        summary: `The run ended ${end.type.slice('run.'.length)} (${end.causeCode})`,
        received: missing.length === 0 ? 'no unsuccessful task' : `without ${missing.slice(0, 10).join(', ')}${more}`,
        fix: `Ask \`bosun show ${this.run}\` for the reasons.`,
      })
    })
  }

  /** The run as it is now, ahead of what is durable by what is in flight. */
  get view(): RunView {
    return this.#managed.kernel.view
  }

  /** Why a task is not done. @throws TASK_UNKNOWN */
  why(task: string): readonly Reason[] {
    return why(this.#managed.kernel, task)
  }

  /** Cancels the run or a part of it. Resolves when that is durable, or the run has ended. */
  cancel(reason: string, scope: CancelScope = { kind: 'run' }, by = 'user'): Promise<void> {
    return this.#managed.ask({ type: 'cancel', scope, by, reason })
  }

  /** Starts nothing more; what runs may end. The run then rests and can be resumed. */
  pause(reason: string, by = 'user'): Promise<void> {
    return this.#managed.ask({ type: 'pause', by, reason })
  }

  /** Lets a paused run go on that does not rest yet; one that rests is resumed with `Bosun.resume`. */
  unpause(by = 'user'): Promise<void> {
    return this.#managed.ask({ type: 'resume', by })
  }

  /** Tells the manager something. */
  steer(text: string, by = 'user'): Promise<void> {
    return this.#managed.ask({ type: 'steer', text, by })
  }

  /** Accepts that tasks ended without success, or were refused. Ids that the run does not know are left out. */
  waive(tasks: readonly string[], reason: string, by = 'user'): Promise<void> {
    return this.#managed.ask({ type: 'waive', tasks, by, reason })
  }

  #unsuccessful(): string[] {
    return Array.from(this.view.tasks())
      .filter(({ status }) => status !== 'succeeded')
      .map(({ spec }) => spec.id)
  }
}

const OUTCOME_FACTS: ReadonlySet<string> = new Set<OutcomeFact['type']>([
  'task.succeeded',
  'task.failed',
  'task.lost',
  'task.cancelled',
  'task.skipped',
])

function isOutcomeFact(fact: Fact): fact is OutcomeFact {
  return OUTCOME_FACTS.has(fact.type)
}
