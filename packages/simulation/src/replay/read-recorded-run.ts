import {
  BosunError,
  isDurable,
  isRunEnd,
  type ErrorRecord,
  type Fact,
  type FactOf,
  type Outcome,
  type Task,
} from '@bosun/core'
import { MODEL_PROVIDER, type Input, type UntimedInput } from '@bosun/kernel'
import { recordedKey, type RecordedMessage } from './recorded-decisions.ts'
import type {
  AttemptReport,
  PlannerCall,
  QuotaPause,
  RecordedAnswer,
  RecordedAttempt,
  RecordedPlan,
  RecordedReply,
  RecordedPublication,
  RecordedRun,
  RunEndFact,
} from './recorded-run.ts'

/**
 * Reads what a run did out of its journal: the tasks with the durations and results of their
 * attempts, what people asked for, what the planner answered and what the manager decided.
 *
 * Beats, progress, refused tool calls and reports that came too late are left out: nothing was
 * decided on them.
 *
 * @param facts the facts of one run from `run.started` on; it need not have ended
 * @throws JOURNAL_INVALID when the facts do not begin with a run
 * @example
 * const recorded = recordedRun(await journal.read(run))
 * recorded.tasks.get('src/a')?.attempts[0]?.end?.afterMs // 1200
 */
export function recordedRun(facts: Iterable<Fact>): RecordedRun {
  const reader = new RunReader()
  for (const fact of facts) if (isDurable(fact)) reader.read(fact)
  return reader.end()
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

interface OpenAttempt extends Writable<Omit<RecordedAttempt, 'reports'>> {
  readonly at: number
  readonly slot: string
  readonly reports: { afterMs: number; report: AttemptReport }[]
}

interface OpenTask {
  readonly spec: Task
  readonly depth: number
  readonly parent?: string
  readonly attempts: RecordedAttempt[][]
  live?: OpenAttempt
  succeededAt?: number
  publication?: RecordedPublication
  outcome?: Outcome
}

/** Whoever acts by itself, and so will again in a replay. */
const NOBODY: readonly string[] = ['manager', 'policy', 'kernel']

class RunReader {
  #started: FactOf<'run.started'> | undefined
  #end: RunEndFact | undefined
  readonly #tasks = new Map<string, OpenTask>()
  readonly #asked = new Map<string, number>()
  readonly #plans = new Map<string, RecordedPlan>()
  /** Questions of the manager by their ids, and what was said to them. */
  readonly #questions = new Map<string, { readonly request: string; readonly at: number }>()
  readonly #replies = new Map<string, RecordedReply>()
  readonly #refusals = new Map<string, ErrorRecord>()
  readonly #script: Input[] = []
  readonly #messages: Writable<RecordedMessage>[] = []
  /** What messages can be about, until they are delivered. */
  readonly #told = new Map<number, Fact>()
  /** Time of the latest fact, and how long no manager was alive. */
  #at = 0
  #awayMs = 0
  #heardCause = -1
  /** The latest request of a person to cancel, and its place in the script. */
  #cancels = { cause: -1, from: 0 }
  /** The latest request of a person to try tasks again, and why a run was reopened for it. */
  #retries = { cause: -1, reason: '' }
  readonly #quotaPauses: QuotaPause[] = []
  /** When a provider paused the run, while it is so. */
  #quotaSince: number | undefined
  /** What planners asked of models for requests that are not answered yet. */
  readonly #calls = new Map<string, PlannerCall[]>()

  read(fact: Fact): void {
    if (fact.type === 'manager.recovered') this.#awayMs += fact.at - this.#at
    this.#at = fact.at
    this.#told.set(fact.seq, fact)
    if (this.#readManager(fact) || this.#readOutside(fact)) return
    if (isRunEnd(fact)) this.#readEnd(fact)
    else if (fact.type === 'run.reopened') {
      this.#end = undefined
      this.#retries = { cause: -1, reason: fact.reason }
    } else if (fact.type === 'task.added') {
      if (!NOBODY.includes(fact.by) && fact.task.id.includes('~')) this.#retried(fact)
      const { task: spec, depth, parent } = fact
      this.#tasks.set(spec.id, { spec, depth, ...(parent === undefined ? {} : { parent }), attempts: [] })
    } else if (fact.type === 'result.handed') {
      this.#handed(fact)
    } else if ('task' in fact && typeof fact.task === 'string') {
      const task = this.#tasks.get(fact.task)
      if (task !== undefined) readOfTask(task, fact, this.#now)
    }
  }

  end(): RecordedRun {
    const started = this.#started
    if (started === undefined) {
      throw new BosunError('JOURNAL_INVALID', { at: 'replay', expected: 'run.started first', received: 'other facts' })
    }
    const { run, goal, manager, config, origins, workers } = started
    const tasks = new Map(Array.from(this.#tasks, ([id, { live: _live, succeededAt: _at, ...task }]) => [id, task]))
    const read = {
      tasks,
      plans: this.#plans,
      replies: this.#replies,
      refusals: this.#refusals,
      script: this.#script,
      quotaPauses: this.#quotaPauses,
      messages: this.#messages,
    }
    const recorded = { run, goal, manager, config, origins, workers, startedAt: started.at, ...read }
    return this.#end === undefined ? recorded : { ...recorded, end: this.#end }
  }

  get #now(): number {
    return this.#at - this.#awayMs
  }

  #readManager(fact: Fact): boolean {
    switch (fact.type) {
      case 'run.started':
        this.#started = fact
        break
      case 'message.delivered': {
        const key = recordedKey(fact, this.#told.get(fact.ref))
        this.#messages.push({ key, at: fact.at, decisions: [] })
        this.#told.delete(fact.ref)
        this.#heardCause = fact.cause
        break
      }
      case 'manager.decided': {
        const message = this.#messages.at(-1)
        if (message !== undefined) message.decisions = fact.decisions
        for (const decision of fact.decisions) {
          if (decision.type === 'plan') this.#asked.set(decision.request, this.#now)
        }
        break
      }
      case 'planner.called': {
        const { request, model, inputTokens, outputTokens, costMicros, ms, error } = fact
        const call = { model, inputTokens, outputTokens, costMicros, ms, ...(error === undefined ? {} : { error }) }
        this.#calls.set(request, [...(this.#calls.get(request) ?? []), call])
        break
      }
      case 'plan.received':
        this.#answer(fact.request, planOf(fact))
        break
      case 'plan.rejected':
        this.#answer(fact.plan, { error: fact.error })
        break
      case 'spawn.refused':
        if (!hangsOnSchedule(fact.error)) this.#refusals.set(fact.task, fact.error)
        break
      default:
        return false
    }
    return true
  }

  #answer(request: string, answer: RecordedAnswer): void {
    const afterMs = this.#now - (this.#asked.get(request) ?? this.#now)
    this.#plans.set(request, { afterMs, calls: this.#calls.get(request) ?? [], ...answer })
  }

  #readOutside(fact: Fact): boolean {
    switch (fact.type) {
      case 'manager.recovered':
        return this.#happens({ type: 'recovered', managerEpoch: fact.managerEpoch, owner: fact.owner })
      case 'worker.joined':
        return this.#happens({ type: 'joined', slot: fact.slot, worker: fact.worker })
      case 'worker.left':
        return this.#happens({ type: 'left', slot: fact.slot, reason: fact.reason })
      case 'run.paused':
        if (fact.by === MODEL_PROVIDER) {
          this.#quotaSince = this.#now
          return true
        }
        return NOBODY.includes(fact.by) || this.#happens({ type: 'pause', by: fact.by, reason: fact.reason })
      case 'run.resumed':
        if (this.#quotaSince === undefined) return this.#happens({ type: 'resume', by: fact.by })
        this.#quotaPauses.push({ forMs: this.#now - this.#quotaSince, by: fact.by })
        this.#quotaSince = undefined
        return true
      case 'manager.asked':
        this.#questions.set(fact.approval, { request: fact.request, at: this.#now })
        return true
      case 'approval.given': {
        const question = this.#questions.get(fact.approval)
        const { granted, by, reason } = fact
        if (question !== undefined) {
          this.#replies.set(question.request, { afterMs: this.#now - question.at, granted, by, reason })
        }
        return true
      }
      case 'steer.received':
        return this.#happens({ type: 'steer', text: fact.text, by: fact.by })
      case 'limits.changed':
        return this.#happens({ type: 'raiseLimits', limits: fact.limits, by: fact.by })
      case 'waiver.given': {
        const { tasks, by, reason } = fact
        return NOBODY.includes(by) || this.#happens({ type: 'waive', tasks, by, reason })
      }
      case 'task.cancelled': {
        if (!NOBODY.includes(fact.by)) this.#cancelled(fact)
        return false
      }
      default:
        return false
    }
  }

  /** One request may cancel many tasks: the last is cancelled first, so that none is skipped because of another. */
  #cancelled({ cause, task, by, reason }: FactOf<'task.cancelled'>): void {
    if (this.#cancels.cause !== cause) this.#cancels = { cause, from: this.#script.length }
    const scope = { kind: 'task', task } as const
    this.#script.splice(this.#cancels.from, 0, { type: 'cancel', at: this.#now, scope, by, reason })
  }

  /** Had its twin not been faster, the task would have taken longer than that, and come to the same. */
  #handed({ task: id, twin, at }: FactOf<'result.handed'>): void {
    const live = this.#tasks.get(id)?.live
    const end = this.#tasks.get(twin)?.live?.end
    if (live !== undefined && end !== undefined) live.end ??= { ...end, afterMs: at - live.at + 1 }
  }

  /** One request may have many tasks tried again; those that were skipped behind them follow by themselves. */
  #retried({ cause, by, task }: FactOf<'task.added'>): void {
    const name = task.id.slice(0, task.id.lastIndexOf('~'))
    const last = this.#script.at(-1)
    if (this.#retries.cause === cause && last?.type === 'retry') {
      this.#script[this.#script.length - 1] = { ...last, tasks: [...last.tasks, name] }
      return
    }
    this.#happens({ type: 'retry', tasks: [name], by, reason: this.#retries.reason })
    this.#retries = { cause, reason: '' }
  }

  #happens(input: UntimedInput): true {
    this.#script.push({ ...input, at: this.#now } as Input)
    return true
  }

  #readEnd(fact: RunEndFact): void {
    this.#end = fact
    if (fact.type === 'run.cancelled' && !NOBODY.includes(fact.by)) {
      if (this.#cancels.cause === fact.cause) this.#script.length = this.#cancels.from
      this.#happens({ type: 'cancel', scope: { kind: 'run' }, by: fact.by, reason: fact.reason })
    }
    const message = this.#messages.at(-1)
    if (fact.type !== 'run.failed' || fact.error === undefined || fact.cause !== this.#heardCause) return
    const isDecided = message?.decisions.some(({ type }) => type === 'fail' || type === 'finish') ?? true
    if (message !== undefined && !isDecided && fact.causeCode !== 'MANAGER_IDLE') message.failure = fact.error
  }
}

// ---------------------------------------------------------------------------------------------

function readOfTask(task: OpenTask, fact: Fact, now: number): void {
  const { live } = task
  switch (fact.type) {
    case 'task.assigned':
      task.live = { at: fact.at, slot: fact.slot, reports: [] }
      ;(task.attempts[fact.retry] ??= []).push(task.live)
      break
    case 'attempt.started':
      if (live !== undefined) live.started = { afterMs: fact.at - live.at, host: fact.host }
      break
    case 'task.discovered':
      live?.reports.push({ afterMs: fact.at - live.at, report: { type: 'discovered', item: fact.item } })
      break
    case 'attempt.emitted':
      live?.reports.push({ afterMs: fact.at - live.at, report: { type: 'emitted', value: fact.value } })
      break
    case 'attempt.succeeded': {
      const { result, outputs } = fact
      task.succeededAt = fact.at
      endAttempt(task, fact, { type: 'result', result, outputs, ...usageOf(fact) })
      break
    }
    case 'attempt.failed':
      endAttempt(task, fact, { type: 'error', error: fact.error, ...usageOf(fact) })
      break
    case 'attempt.lost':
      if (live !== undefined && fact.evidence.clock === 'restart') live.interrupted = { at: now }
      else if (live !== undefined && fact.evidence.clock === 'drain') live.interrupted = { at: now, slot: live.slot }
      else endAttempt(task, fact, { type: 'lost', error: fact.error })
      break
    case 'budget.settled':
      if (live?.end?.report.type === 'lost') {
        const { tokens, costMicros } = fact
        live.end = { ...live.end, report: { ...live.end.report, usage: { tokens, costMicros } } }
      }
      break
    case 'outputs.published':
      task.publication = { afterMs: fact.at - (task.succeededAt ?? fact.at), files: fact.files }
      break
    default:
      readOutcome(task, fact)
  }
}

function readOutcome(task: OpenTask, fact: Fact): void {
  switch (fact.type) {
    case 'task.failed':
      if (task.succeededAt !== undefined) {
        task.publication = { afterMs: fact.at - task.succeededAt, error: fact.error }
      }
      task.outcome = 'failed'
      break
    case 'task.succeeded':
    case 'task.lost':
    case 'task.cancelled':
    case 'task.skipped':
      task.outcome = fact.type.slice('task.'.length) as Outcome
      break
    default:
  }
}

function endAttempt({ live }: OpenTask, { at }: Fact, report: AttemptReport): void {
  if (live !== undefined) live.end = { afterMs: at - live.at, report }
}

function usageOf({ usage }: FactOf<'attempt.succeeded' | 'attempt.failed'>) {
  return usage === undefined ? {} : { usage }
}

function planOf({ tasks, groups, hash }: FactOf<'plan.received'>): RecordedAnswer {
  return { tasks, ...(groups === undefined ? {} : { groups }), ...(hash === undefined ? {} : { hash }) }
}

/** Whether a refusal may not come again when the same tasks are added in another order. */
function hangsOnSchedule({ code }: ErrorRecord): boolean {
  return code.startsWith('LIMIT_') || code === 'TASK_CANCELLED'
}
