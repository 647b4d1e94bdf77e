import {
  RunConfigSchema,
  type AnyManager,
  type ErrorRecord,
  type Fact,
  type FactOf,
  type Strategy,
  type Task,
} from '@bosun/core'
import { MODEL_PROVIDER, type Input, type InputOf, type Kernel, type NextMessage } from '@bosun/kernel'
import { openSession, type ManagerSession } from '@bosun/managers'
import { RecordedDecisions } from './recorded-decisions.ts'
import type { AttemptReport, RecordedAttempt, RecordedRun, RecordedTask } from './recorded-run.ts'
import { runOnClock, type Answer, type ClockWorld } from './run-on-clock.ts'

export interface ReplayOptions {
  /**
   * The manager of the run, asked anew. Absent: its recorded decisions are handed over when the
   * message that each was made on comes again, which may not be how the manager would have decided.
   */
  readonly manager?: AnyManager
}

/** A recorded run under another strategy. */
export interface ReplayedRun {
  readonly strategy: string
  readonly facts: readonly Fact[]
  /**
   * Attempts that began and whose end the record does not tell: the run had ended before, or never
   * retried so often. What the replay says from there on is worth nothing.
   */
  readonly unknown: readonly string[]
}

/**
 * Runs the tasks of a recorded run once more under a strategy, on a virtual clock: each attempt takes
 * as long and returns the same as in the record, and no worker, planner or model is called. With the
 * run's own strategy the tasks end as they did, with the same result.
 *
 * Leases and time limits of attempts never run out: an attempt that was lost is lost again, after the
 * same time. The limits of the queue and of the run stand.
 *
 * @example
 * const { facts } = replayUnder(recordedRun(journal), composeStrategy({ name: 'urgent', order: priority }))
 */
export function replayUnder(recorded: RecordedRun, strategy: Strategy, { manager }: ReplayOptions = {}): ReplayedRun {
  const world = new ReplayWorld(recorded, strategy, manager)
  const { facts, kernel } = runOnClock(world)
  world.close()
  return { strategy: strategy.name, facts, unknown: kernel.state.ended === undefined ? world.unknown : [] }
}

class ReplayWorld implements ClockWorld {
  readonly strategy: Strategy
  readonly script: readonly Input[]
  readonly #recorded: RecordedRun
  readonly #manager: AnyManager | undefined
  readonly #decisions: RecordedDecisions
  readonly #unknown = new Set<string>()
  #session: ManagerSession | undefined
  #quotaPauses = 0
  readonly #playedAttempts = new Set<RecordedAttempt>()

  constructor(recorded: RecordedRun, strategy: Strategy, manager: AnyManager | undefined) {
    this.strategy = strategy
    this.#recorded = recorded
    this.#manager = manager
    this.#decisions = new RecordedDecisions(recorded.messages)
    const { run, goal, workers, origins, startedAt: at } = recorded
    const config = replayConfig(recorded, strategy)
    this.script = [
      { type: 'start', at, run, goal, manager: recorded.manager, config, origins, workers },
      ...recorded.script,
    ]
  }

  get unknown(): readonly string[] {
    return Array.from(this.#unknown)
  }

  close(): void {
    this.#session?.[Symbol.dispose]()
  }

  /** Once an end is unknown, only a backoff is worth waiting for, unless it was time that ended the run. */
  patienceMs(): number {
    const { end, config } = this.#recorded
    return this.#unknown.size > 0 && end?.type !== 'run.exhausted' ? config.retry.backoffMaxMs : Infinity
  }

  answers(next: NextMessage, kernel: Kernel): Answer {
    const answer =
      this.#manager === undefined
        ? this.#decisions.take(next, kernel.state)
        : this.#sessionOf(this.#manager, kernel).deliver(next.message)
    const { failure } = answer
    const prepared = answer.decisions.map((decision) =>
      decision.type === 'delegate' ? this.#prepared(decision.tasks) : undefined,
    )
    return { decisions: answer.decisions, prepared, ...(failure === undefined ? {} : { failure }) }
  }

  follows(fact: Fact): readonly Input[] {
    switch (fact.type) {
      case 'task.assigned':
        return this.#played(fact)
      case 'run.paused':
        return fact.by === MODEL_PROVIDER ? [this.#quotaBack(fact.at)] : []
      case 'attempt.revoked':
        this.#unknown.delete(`${fact.task}@${fact.epoch}`)
        return []
      case 'attempt.succeeded':
        return fact.outputs.length > 0 ? this.#published(fact) : []
      case 'manager.asked':
        return this.#replied(fact)
      case 'manager.decided':
        return fact.decisions.flatMap((decision) =>
          decision.type === 'plan' ? this.#planned(decision.request, fact.at) : [],
        )
      default:
        return []
    }
  }

  /** What the recorded attempt after as many retries reported. */
  #played({ task, epoch, retry, slot, at }: FactOf<'task.assigned'>): readonly Input[] {
    const attempts = this.#task(task)?.attempts[retry] ?? []
    const index = attempts.findIndex(
      // A refusal comes once. An interruption that is over, or that another slot would have seen, is none here.
      (one) =>
        isRefusal(one)
          ? !this.#playedAttempts.has(one)
          : one.interrupted === undefined || (one.interrupted.at > at && (one.interrupted.slot ?? slot) === slot),
    )
    const attempt = attempts[index]
    if (attempt !== undefined) this.#playedAttempts.add(attempt)
    const report = (afterMs: number, body: AttemptReport) => ({ ...body, at: at + afterMs, task, epoch }) as Input
    const inputs: Input[] = []
    if (attempt?.started !== undefined) {
      const { afterMs, host } = attempt.started
      inputs.push({ type: 'started', at: at + afterMs, task, epoch, host })
    }
    for (const each of attempt?.reports ?? []) inputs.push(report(each.afterMs, each.report))
    // What only an attempt found that is not interrupted here, the one in its place finds.
    const endMs = attempt?.end?.afterMs ?? Infinity
    for (const passedOver of attempts.slice(0, Math.max(0, index))) {
      if (this.#playedAttempts.has(passedOver)) continue
      for (const { afterMs, report: found } of passedOver.reports) {
        if (found.type === 'discovered') inputs.push(report(Math.min(afterMs, endMs), found))
      }
    }
    if (attempt?.end !== undefined) inputs.push(report(attempt.end.afterMs, attempt.end.report))
    else if (attempt?.interrupted === undefined) this.#unknown.add(`${task}@${epoch}`)
    return inputs
  }

  /** As long as it took in the record; at once where it was refused more often than there. */
  #quotaBack(at: number): Input {
    const { forMs, by } = this.#recorded.quotaPauses[this.#quotaPauses++] ?? { forMs: 0, by: 'replay' }
    return { type: 'resume', at: at + forMs, by }
  }

  #published({ task, epoch, at }: FactOf<'attempt.succeeded'>): readonly Input[] {
    const recorded = this.#task(task)?.publication
    if (recorded === undefined) {
      this.#unknown.add(`${task}@${epoch}`)
      return []
    }
    const { afterMs, files, error } = recorded
    return error === undefined
      ? [{ type: 'published', at: at + afterMs, task, epoch, files: files ?? [] }]
      : [{ type: 'publishFailed', at: at + afterMs, task, epoch, error }]
  }

  #replied({ approval, request, at }: FactOf<'manager.asked'>): readonly Input[] {
    const reply = this.#recorded.replies.get(request)
    if (reply === undefined) return []
    const { afterMs, granted, by, reason } = reply
    return [{ type: 'approve', at: at + afterMs, approval, granted, by, reason }]
  }

  #planned(request: string, at: number): readonly InputOf<'plannerCalled' | 'planned' | 'planFailed'>[] {
    const plan = this.#recorded.plans.get(request)
    if (plan === undefined) {
      const message = `The record has no answer of the planner to the request "${request}".`
      return [{ type: 'planFailed', at, request, error: { code: 'PLANNER_FAILED', message } }]
    }
    const of = { at: at + plan.afterMs, request }
    const { afterMs: _, calls: made, ...answer } = plan
    const calls = made.map((call) => ({ type: 'plannerCalled', ...of, ...call }) as const)
    return 'tasks' in answer
      ? [...calls, { type: 'planned', ...of, ...answer }]
      : [...calls, { type: 'planFailed', ...of, error: answer.error }]
  }

  /** What the workers' side made of the tasks: their specifications as recorded, or why it refused them. */
  #prepared(tasks: readonly Task[]): readonly Task[] | ErrorRecord {
    const added = tasks.map((task) => this.#task(task.id)?.spec)
    const refused = tasks.find(({ id }, index) => added[index] === undefined && this.#recorded.refusals.has(id))
    if (refused !== undefined) return this.#recorded.refusals.get(refused.id) as ErrorRecord
    return tasks.map((task, index) => added[index] ?? task)
  }

  #task(id: string): RecordedTask | undefined {
    return this.#recorded.tasks.get(id)
  }

  #sessionOf(manager: AnyManager, kernel: Kernel): ManagerSession {
    this.#session ??= openSession(manager, {
      goal: this.#recorded.goal,
      view: kernel.view,
      // What a program does later than its delivery comes when the replay is long over.
      onViolation: () => undefined,
    })
    return this.#session
  }
}

/** Whether a provider refused an attempt for its spent quota, which ends it without counting. */
function isRefusal({ end }: RecordedAttempt): boolean {
  return end?.report.type === 'error' && end.report.error.code === 'MODEL_QUOTA_SPENT'
}

/** Far longer than any run, and still a whole number when it is added to a date. */
const FOREVER_MS = 1e15

/** The configuration of the run, under which no attempt runs out of time by itself. */
function replayConfig({ config }: RecordedRun, strategy: Strategy) {
  return RunConfigSchema.parse({
    ...config,
    strategy: strategy.name,
    limits: { ...config.limits, timeoutMs: FOREVER_MS },
    lease: { ...config.lease, leaseMs: FOREVER_MS, progressTimeoutMs: 0 },
  })
}
