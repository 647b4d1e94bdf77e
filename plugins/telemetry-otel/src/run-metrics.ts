import type { Fact, FactOf } from '@bosun/sdk'
import type { Attributes } from '@opentelemetry/api'
import type { Instruments } from './instruments.ts'
import { modelAttributes } from './model-attributes.ts'
import { OPERATION, OWN, STANDARD } from './telemetry-names.ts'

interface TaskSeen {
  /** When it could start as far as itself goes: added, or free to be tried again. */
  since: number | undefined
  dependsOn: readonly string[]
  succeededAt: number | undefined
  worker: string | undefined
  /** Set while an attempt runs. */
  startedAt: number | undefined
}

/**
 * What the facts of one run add to the metrics. Attributes name kinds (workers, models, outcomes, codes),
 * never tasks or runs. What began before this process saw the run is counted when it ends, but its time
 * is not known and not made up.
 */
export class RunMetrics {
  readonly #instruments: Instruments
  readonly #tasks = new Map<string, TaskSeen>()

  constructor(instruments: Instruments) {
    this.#instruments = instruments
    instruments.runsRunning.add(1)
  }

  take(fact: Fact): void {
    switch (fact.type) {
      case 'task.added':
      case 'task.amended':
        this.#added(fact)
        return
      case 'task.assigned':
        this.#assigned(fact)
        return
      case 'attempt.started':
        this.#started(fact)
        return
      case 'attempt.succeeded':
        this.#ended(fact, { [OWN.attemptOutcome]: 'succeeded' })
        return
      case 'attempt.failed':
        this.#ended(fact, { [OWN.attemptOutcome]: 'failed', [STANDARD.errorType]: fact.error.code })
        return
      case 'attempt.lost':
        this.#ended(fact, { [OWN.attemptOutcome]: 'lost', [STANDARD.errorType]: fact.error.code })
        return
      case 'attempt.revoked':
        this.#ended(fact, { [OWN.attemptOutcome]: 'revoked' })
        return
      case 'task.retried':
        this.#seen(fact.task).since = fact.notBefore
        this.#instruments.retries.add(1, {
          ...this.#workerOf(fact.task),
          [STANDARD.errorType]: fact.reason.code,
        })
        return
      case 'task.succeeded':
        this.#seen(fact.task).succeededAt = fact.at
        this.#outcome(fact.task, 'succeeded')
        return
      case 'task.failed':
        this.#outcome(fact.task, 'failed', fact.error.code)
        return
      case 'task.lost':
        this.#outcome(fact.task, 'lost', fact.error.code)
        return
      case 'task.cancelled':
        this.#outcome(fact.task, 'cancelled')
        return
      case 'task.skipped':
        this.#outcome(fact.task, 'skipped')
        return
      case 'model.called':
        this.#modelCall(fact, this.#workerOf(fact.task))
        return
      case 'planner.called':
        this.#modelCall(fact, {})
    }
  }

  /** The run is over, or nobody will tell of it here any more. */
  close(): void {
    for (const seen of this.#tasks.values()) this.#stopped(seen)
    this.#instruments.runsRunning.add(-1)
  }

  // Private

  #added({ at, task, type }: FactOf<'task.added' | 'task.amended'>): void {
    const seen = this.#seen(task.id)
    if (type === 'task.added') seen.since = at
    seen.dependsOn = task.dependsOn ?? []
  }

  #assigned({ at, task, worker }: FactOf<'task.assigned'>): void {
    const seen = this.#seen(task)
    seen.worker = worker
    const since = [seen.since, ...seen.dependsOn.map((id) => this.#tasks.get(id)?.succeededAt)]
    if (!since.every((one) => one !== undefined)) return
    const waitMs = Math.max(0, at - Math.max(...since))
    this.#instruments.queueWait.record(waitMs / 1_000, { [STANDARD.agent]: worker })
  }

  #started({ at, task }: FactOf<'attempt.started'>): void {
    const seen = this.#seen(task)
    seen.startedAt = at
    this.#instruments.attemptsRunning.add(1, agent(seen))
  }

  #ended(
    { at, task }: FactOf<'attempt.succeeded' | 'attempt.failed' | 'attempt.lost' | 'attempt.revoked'>,
    attributes: Attributes,
  ): void {
    const seen = this.#seen(task)
    if (seen.startedAt === undefined) return
    this.#instruments.attemptDuration.record((at - seen.startedAt) / 1_000, { ...agent(seen), ...attributes })
    this.#stopped(seen)
  }

  #stopped(seen: TaskSeen): void {
    if (seen.startedAt === undefined) return
    seen.startedAt = undefined
    this.#instruments.attemptsRunning.add(-1, agent(seen))
  }

  #outcome(task: string, outcome: string, code?: string): void {
    this.#instruments.tasks.add(1, {
      ...this.#workerOf(task),
      [OWN.taskOutcome]: outcome,
      ...(code === undefined ? {} : { [STANDARD.errorType]: code }),
    })
  }

  #modelCall(call: FactOf<'model.called' | 'planner.called'>, more: Attributes): void {
    const attributes = { [STANDARD.operation]: OPERATION.model, ...modelAttributes(call.model), ...more }
    this.#instruments.tokens.record(call.inputTokens, { ...attributes, [STANDARD.tokenType]: 'input' })
    this.#instruments.tokens.record(call.outputTokens, { ...attributes, [STANDARD.tokenType]: 'output' })
    this.#instruments.modelDuration.record(call.ms / 1_000, {
      ...attributes,
      ...(call.error === undefined ? {} : { [STANDARD.errorType]: call.error.code }),
    })
  }

  #workerOf(task: string): Attributes {
    const seen = this.#tasks.get(task)
    return seen === undefined ? {} : agent(seen)
  }

  #seen(task: string): TaskSeen {
    let seen = this.#tasks.get(task)
    if (seen === undefined) {
      seen = { since: undefined, dependsOn: [], succeededAt: undefined, worker: undefined, startedAt: undefined }
      this.#tasks.set(task, seen)
    }
    return seen
  }
}

const agent = ({ worker }: TaskSeen): Attributes => (worker === undefined ? {} : { [STANDARD.agent]: worker })
