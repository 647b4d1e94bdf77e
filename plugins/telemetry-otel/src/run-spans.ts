import type { Fact, FactOf, Task } from '@bosun/sdk'
import {
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api'
import { calendarOf, type Calendar } from './calendar.ts'
import { modelSpan, toolSpan, type CallSpan } from './call-span.ts'
import { OPERATION, OWN, STANDARD } from './telemetry-names.ts'

type ErrorOf = FactOf<'attempt.failed'>['error']
type RunEnd = FactOf<'run.completed' | 'run.failed' | 'run.exhausted' | 'run.cancelled'>

/** What is kept of a task: enough to name its attempts, and to link those of its dependants. */
interface TaskSeen {
  task: Task | undefined
  attempt: AttemptSeen | undefined
}

/** The latest attempt of a task, also when it has ended: calls may be told of late. */
interface AttemptSeen {
  readonly epoch: number
  readonly context: SpanContext
  /** While it goes on. */
  span: Span | undefined
}

/**
 * The spans of one run, as far as this process sees it: a projection of its facts, which decide on
 * times, too.
 *
 * `invoke_workflow` holds a `plan` per request to the planner and an `invoke_agent` per attempt, which
 * hold `chat` and `execute_tool`. Attempts of one task are siblings with a number; an attempt links to
 * the attempts whose results it got. What began before this process saw the run has no span of its own:
 * its end is an event of the run's span.
 */
export class RunSpans {
  readonly #tracer: Tracer
  readonly #run: string
  readonly #hasContent: boolean
  readonly #calendar: Calendar
  readonly #root: Span
  readonly #inRoot: Context
  readonly #plans = new Map<string, Span>()
  readonly #tasks = new Map<string, TaskSeen>()
  #manager: string | undefined
  #lastAt: number

  constructor(tracer: Tracer, run: string, first: Fact, hasContent: boolean) {
    this.#tracer = tracer
    this.#run = run
    this.#hasContent = hasContent
    this.#calendar = calendarOf(first.at)
    this.#lastAt = first.at
    const started = first.type === 'run.started' ? first : undefined
    this.#manager = started?.manager
    this.#root = tracer.startSpan(
      started === undefined ? OPERATION.run : `${OPERATION.run} ${started.manager}`,
      {
        startTime: this.#calendar(first.at),
        attributes: {
          [STANDARD.operation]: OPERATION.run,
          [STANDARD.conversation]: run,
          [OWN.run]: run,
          ...(started === undefined ? { [OWN.runResumed]: true } : { [STANDARD.workflow]: started.manager }),
          ...(started === undefined ? {} : this.#content(OWN.runGoal, started.goal)),
        },
      },
      ROOT_CONTEXT,
    )
    this.#inRoot = trace.setSpan(ROOT_CONTEXT, this.#root)
  }

  take(fact: Fact): void {
    this.#lastAt = fact.at
    switch (fact.type) {
      case 'manager.decided':
        for (const decision of fact.decisions) if (decision.type === 'plan') this.#startPlan(decision.request, fact.at)
        return
      case 'plan.received':
        this.#endPlan(fact.request, fact.at)
        return
      case 'plan.rejected':
        if (!this.#endPlan(fact.plan, fact.at, fact.error)) this.#event(this.#root, fact, errorType(fact.error))
        return
      case 'planner.called':
        this.#call(modelSpan(fact), trace.setSpan(this.#inRoot, this.#plans.get(fact.request) ?? this.#root))
        return
      case 'task.added':
      case 'task.amended':
        this.#seen(fact.task.id).task = fact.task
        return
      case 'task.assigned':
        this.#startAttempt(fact)
        return
      case 'attempt.started':
      case 'attempt.emitted':
      case 'task.discovered':
      case 'result.quarantined':
        this.#event(this.#attempt(fact)?.span ?? this.#root, fact)
        return
      case 'tool.denied':
        this.#event(this.#attempt(fact)?.span ?? this.#root, fact, {
          [STANDARD.tool]: fact.tool,
          [STANDARD.errorType]: 'TOOL_DENIED',
        })
        return
      case 'attempt.succeeded':
        this.#endAttempt(fact, 'succeeded', undefined, this.#content(OWN.attemptResult, fact.result))
        return
      case 'attempt.failed':
        this.#endAttempt(fact, 'failed', fact.error)
        return
      case 'attempt.lost':
        this.#endAttempt(fact, 'lost', fact.error)
        return
      case 'attempt.revoked':
        this.#endAttempt(fact, 'revoked')
        return
      case 'model.called':
        this.#call(modelSpan(fact), this.#inAttempt(fact))
        return
      case 'tool.called':
        this.#call(toolSpan(fact), this.#inAttempt(fact))
        return
      case 'run.paused':
      case 'run.resumed':
      case 'waiver.given':
      case 'manager.recovered':
      case 'manager.diverged':
        this.#event(this.#root, fact)
        return
      case 'limit.reached':
      case 'spawn.refused':
      case 'violation.recorded':
        this.#event(this.#root, fact, errorType(fact.error))
        return
      case 'run.completed':
      case 'run.failed':
      case 'run.exhausted':
      case 'run.cancelled':
        this.#end(fact)
    }
  }

  /** Ends what is open because nobody will tell of its end here. */
  close(): void {
    this.#endOpen()
    this.#root.setAttribute(OWN.cutOff, true)
    this.#root.end(this.#calendar(this.#lastAt))
  }

  // Private

  #startPlan(request: string, at: number): void {
    const span = this.#tracer.startSpan(
      this.#manager === undefined ? OPERATION.plan : `${OPERATION.plan} ${this.#manager}`,
      {
        startTime: this.#calendar(at),
        attributes: {
          ...this.#own(OPERATION.plan),
          ...(this.#manager === undefined ? {} : { [STANDARD.agent]: this.#manager }),
          [OWN.planRequest]: request,
        },
      },
      this.#inRoot,
    )
    this.#plans.set(request, span)
  }

  #endPlan(request: string, at: number, error?: ErrorOf): boolean {
    const span = this.#plans.get(request)
    if (span === undefined) return false
    this.#plans.delete(request)
    this.#fail(span, error)
    span.end(this.#calendar(at))
    return true
  }

  #startAttempt(fact: FactOf<'task.assigned'>): void {
    const seen = this.#seen(fact.task)
    const { task } = seen
    const span = this.#tracer.startSpan(
      `${OPERATION.attempt} ${fact.worker}`,
      {
        startTime: this.#calendar(fact.at),
        links: this.#links(task),
        attributes: {
          ...this.#own(OPERATION.attempt),
          [STANDARD.agent]: fact.worker,
          [OWN.task]: fact.task,
          [OWN.epoch]: fact.epoch,
          [OWN.retry]: fact.retry,
          [OWN.slot]: fact.slot,
          ...(task === undefined ? {} : { [OWN.taskType]: task.type, ...this.#content(OWN.taskBody, task.body) }),
        },
      },
      this.#inRoot,
    )
    seen.attempt = { epoch: fact.epoch, context: span.spanContext(), span }
  }

  /** The attempts whose results a task gets, as far as they were seen here. */
  #links(task: Task | undefined): { readonly context: SpanContext; readonly attributes: Attributes }[] {
    return (task?.dependsOn ?? []).flatMap((id) => {
      const attempt = this.#tasks.get(id)?.attempt
      return attempt === undefined ? [] : [{ context: attempt.context, attributes: { [OWN.task]: id } }]
    })
  }

  #endAttempt(
    fact: FactOf<'attempt.succeeded' | 'attempt.failed' | 'attempt.lost' | 'attempt.revoked'>,
    outcome: string,
    error?: ErrorOf,
    more: Attributes = {},
  ): void {
    const attempt = this.#attempt(fact)
    const span = attempt?.span
    if (attempt === undefined || span === undefined) {
      this.#event(this.#root, fact, error === undefined ? {} : errorType(error))
      return
    }
    attempt.span = undefined
    span.setAttributes({ [OWN.attemptOutcome]: outcome, ...more })
    this.#fail(span, error)
    span.end(this.#calendar(fact.at))
  }

  #call({ name, kind, attributes, fact }: CallSpan, parent: Context): void {
    const span = this.#tracer.startSpan(
      name,
      {
        kind,
        startTime: this.#calendar(fact.at - fact.ms),
        attributes: { [STANDARD.conversation]: this.#run, [OWN.run]: this.#run, ...attributes },
      },
      parent,
    )
    this.#fail(span, fact.error)
    span.end(this.#calendar(fact.at))
  }

  #end(fact: RunEnd): void {
    this.#endOpen()
    const outcome = fact.type.slice('run.'.length)
    this.#root.setAttributes({ [OWN.runOutcome]: outcome, ...tallyAttributes(fact.tally) })
    if (fact.type !== 'run.cancelled') this.#root.setAttributes(this.#content(OWN.runResult, fact.result))
    if (fact.type === 'run.failed' || fact.type === 'run.exhausted') {
      this.#root.setAttribute(STANDARD.errorType, fact.causeCode)
      this.#root.setStatus({ code: SpanStatusCode.ERROR, message: fact.causeCode })
    }
    this.#root.end(this.#calendar(fact.at))
  }

  #endOpen(): void {
    const open = [...this.#tasks.values()].flatMap(({ attempt }) => attempt?.span ?? [])
    for (const span of [...open, ...this.#plans.values()]) {
      span.setAttribute(OWN.cutOff, true)
      span.end(this.#calendar(this.#lastAt))
    }
    this.#tasks.clear()
    this.#plans.clear()
  }

  #seen(task: string): TaskSeen {
    let seen = this.#tasks.get(task)
    if (seen === undefined) this.#tasks.set(task, (seen = { task: undefined, attempt: undefined }))
    return seen
  }

  #attempt({ task, epoch }: { readonly task: string; readonly epoch: number }): AttemptSeen | undefined {
    const attempt = this.#tasks.get(task)?.attempt
    return attempt?.epoch === epoch ? attempt : undefined
  }

  /** Where the calls of an attempt belong: to the run, when it began elsewhere. */
  #inAttempt(key: { readonly task: string; readonly epoch: number }): Context {
    const attempt = this.#attempt(key)
    return attempt === undefined ? this.#inRoot : trace.setSpanContext(this.#inRoot, attempt.context)
  }

  #event(span: Span, fact: Fact, more: Attributes = {}): void {
    const attempt = 'epoch' in fact ? { [OWN.task]: fact.task, [OWN.epoch]: fact.epoch } : {}
    span.addEvent(fact.type, { ...attempt, ...more }, this.#calendar(fact.at))
  }

  /** The code alone: what an error says may quote content. */
  #fail(span: Span, error: ErrorOf | undefined): void {
    if (error === undefined) return
    span.setAttributes(errorType(error))
    span.setStatus({ code: SpanStatusCode.ERROR, message: this.#hasContent ? error.message : error.code })
  }

  #own(operation: string): Attributes {
    return { [STANDARD.operation]: operation, [STANDARD.conversation]: this.#run, [OWN.run]: this.#run }
  }

  #content(name: string, value: unknown): Attributes {
    return this.#hasContent ? { [name]: JSON.stringify(value) } : {}
  }
}

const errorType = (error: ErrorOf): Attributes => ({ [STANDARD.errorType]: error.code })

function tallyAttributes(tally: Readonly<Record<string, number>>): Attributes {
  return Object.fromEntries(Object.entries(tally).map(([outcome, count]) => [`${OWN.tasks}.${outcome}`, count]))
}
