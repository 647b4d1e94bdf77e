import { BosunError, type CancelScope, type Fact, type FactOf, type Json, type RunView } from '@bosun/core'
import { why, type Reason } from '@bosun/kernel'
import { OutcomeReader, type TaskOutcome } from '@bosun/managers'
import { filter, mergeMap } from 'rxjs'
import type { ManagedRun } from './managed-run.ts'
import { RunLog } from './run-log.ts'
import type { RunOutcome } from './run-loop.ts'
import { logStream, thinnedStream, type RunStream } from './run-stream.ts'

/** What waits of `progress$` for a slow iteration. */
const PROGRESS_KEPT_MAX = 1_000
/** The same of `partial$`: each of them may name every task, so a thousand would be as many lists of all tasks. */
const PARTIALS_KEPT_MAX = 8

/**
 * What a person or a program holds of a run that this process manages.
 *
 * Its streams are Observables and async iterables. Those of the log (`facts$`, `outcomes$`, `emitted$`)
 * begin with the first fact of the run, however late one subscribes, and leave nothing out.
 */
export class RunHandle implements AsyncIterable<readonly Fact[]> {
  readonly run: string
  /** Settles when the run has ended or rests paused. Rejects only when its journal failed for good. */
  readonly outcome: Promise<RunOutcome>
  /** Facts in order, each after it is durable; volatile ones in between, from the subscription on. */
  readonly facts$: RunStream<Fact>
  /** How tasks ended and what they returned, in the order in which they did. */
  readonly outcomes$: RunStream<TaskOutcome>
  /** What workers emitted, in the order in which it was accepted. */
  readonly emitted$: RunStream<FactOf<'attempt.emitted'>>
  /** How far attempts say they are. From the subscription on; a slow iteration misses some. */
  readonly progress$: RunStream<FactOf<'attempt.progressed'>>
  /** What the manager publishes while it folds. Never final. From the subscription on; a slow iteration misses some. */
  readonly partial$: RunStream<Json>
  readonly #managed: ManagedRun
  readonly #log: RunLog

  constructor(managed: ManagedRun) {
    const { run, outcome, feed } = managed
    this.run = run
    this.outcome = outcome
    this.#managed = managed
    this.#log = new RunLog(feed, (from) => managed.read(from))
    const report = feed.onReaderError
    this.facts$ = logStream(this.#log, () => (fact) => fact, report)
    this.outcomes$ = logStream(this.#log, readOutcomes, report)
    this.emitted$ = logStream(this.#log, () => (fact) => (fact.type === 'attempt.emitted' ? fact : undefined), report)
    this.progress$ = thinnedStream(
      feed.facts$.pipe(
        mergeMap((facts) => facts),
        filter((fact) => fact.type === 'attempt.progressed'),
      ),
      PROGRESS_KEPT_MAX,
    )
    this.partial$ = thinnedStream(feed.partials$, PARTIALS_KEPT_MAX)
  }

  /** The facts in batches, from this call on; what is not taken in time is read from the journal. */
  [Symbol.asyncIterator](): AsyncIterator<readonly Fact[], undefined> {
    return this.#log.reader()
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

  /**
   * Brings the run to rest within a bounded time: starts nothing more, and takes the leases of what has
   * not ended after `graceMs`. Such an attempt counts as drained, not as tried. The run can be resumed.
   *
   * @param graceMs how long attempts may take to end by themselves. Default 1,000.
   */
  async stop(reason: string, { graceMs = 1_000, by = 'user' }: { graceMs?: number; by?: string } = {}): Promise<void> {
    await this.pause(reason, by)
    const grace = Promise.withResolvers<void>()
    const timer = setTimeout(grace.resolve, graceMs)
    await Promise.race([grace.promise, this.outcome.catch(() => {})])
    clearTimeout(timer)
    await this.#managed.leaveSlots(reason)
  }

  /** Lets a paused run go on that does not rest yet; one that rests is resumed with `Bosun.resume`. */
  unpause(by = 'user', reason?: string): Promise<void> {
    return this.#managed.ask({ type: 'resume', by, ...(reason === undefined ? {} : { reason }) })
  }

  /** Tells the manager something. */
  steer(text: string, by = 'user'): Promise<void> {
    return this.#managed.ask({ type: 'steer', text, by })
  }

  /** Accepts that tasks ended without success, or were refused. Ids that the run does not know are left out. */
  waive(tasks: readonly string[], reason: string, by = 'user'): Promise<void> {
    return this.#managed.ask({ type: 'waive', tasks, by, reason })
  }

  /**
   * Answers an open question of `view.approvals`, once and for all. Without effect when it is not open.
   *
   * @param by who answers: a person, never a worker
   */
  answer(approval: string, granted: boolean, reason = '', by = 'user'): Promise<void> {
    return this.#managed.ask({ type: 'approve', approval, granted, by, reason })
  }

  #unsuccessful(): string[] {
    return Array.from(this.view.tasks())
      .filter(({ status }) => status !== 'succeeded')
      .map(({ spec }) => spec.id)
  }
}

function readOutcomes(): (fact: Fact) => TaskOutcome | undefined {
  const reader = new OutcomeReader()
  return (fact) => reader.read(fact)
}
