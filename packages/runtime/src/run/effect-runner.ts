import {
  BosunError,
  errorRecord,
  originalId,
  PlanSchema,
  type Assignment,
  type AttemptKey,
  type ErrorRecord,
  type Fact,
  type Json,
  type Planner,
  type PlannerTools,
} from '@bosun/core'
import { adoptableResults, effects, outstandingEffects, type Effect, type Kernel } from '@bosun/kernel'
import { noPlannerTools, planHash } from '@bosun/sdk'
import { z } from 'zod'
import { PlannerModels } from '../models/planner-models.ts'
import { checkPlan } from './check-plan.ts'
import { completeTasks } from '../tools/complete-tasks.ts'
import type { Arrival } from './arrival.ts'
import type { RunPorts } from './run-ports.ts'

const NO_INPUTS: Readonly<Record<string, Json>> = Object.freeze({})
/** How long the end of a run waits for a publication that is under way; it is done again on recovery. */
const SETTLE_MS_MAX = 10_000

/** Does what facts ask for, once they are durable, and hands in what comes of it. */
export class EffectRunner {
  readonly #run: string
  readonly #ports: RunPorts
  readonly #planner: Planner | undefined
  readonly #kernel: Kernel
  readonly #take: (arrival: Arrival) => void
  readonly #publications = new Set<Promise<void>>()
  /** Planner calls by request; each is told to stop when nobody waits for it any more. */
  readonly #plans = new Map<string, AbortController>()
  /** What a former life began and whose end is not in the log. */
  #outstanding: readonly Effect[] = []

  constructor(
    run: string,
    ports: RunPorts,
    planner: Planner | undefined,
    kernel: Kernel,
    take: (arrival: Arrival) => void,
  ) {
    this.#run = run
    this.#ports = ports
    this.#planner = planner
    this.#kernel = kernel
    this.#take = take
  }

  /** Whether something was begun that has not handed in its end. */
  get isBusy(): boolean {
    return this.#publications.size > 0 || this.#plans.size > 0
  }

  run(facts: readonly Fact[]): void {
    const assignments: Assignment[] = []
    const stops: AttemptKey[] = []
    const asked: Effect[] = []
    for (const fact of facts) {
      if (this.#plans.size > 0 && fact.type === 'plan.rejected') this.#forgetPlan(fact.plan)
      for (const effect of effects(fact, asked)) this.#begin(effect, assignments, stops)
      // Emptied by pops, which keeps the memory of the list for the next fact.
      while (asked.length > 0) asked.pop()
    }
    if (assignments.length > 0) this.#enqueue(assignments)
    if (stops.length > 0) this.stop(stops)
  }

  /**
   * Notes what the folded log leaves open, before anything is decided on top of it. Attempts are not
   * among it: recovery declares them lost.
   */
  noteOutstanding(): void {
    this.#outstanding = outstandingEffects(this.#kernel.state).filter(({ type }) => type !== 'assign')
  }

  /** Does again what was noted and is still wanted. */
  resume(): void {
    for (const effect of this.#outstanding) if (this.#isWanted(effect)) this.#begin(effect, [], [])
    this.#outstanding = []
  }

  /** Stops what attempts are told to by facts that nobody has acted on. */
  stopEnded(facts: readonly Fact[]): void {
    const stops: AttemptKey[] = []
    for (const fact of facts) {
      if (fact.type !== 'attempt.lost' && fact.type !== 'attempt.revoked') continue
      stops.push({ run: this.#run, task: fact.task, epoch: fact.epoch })
    }
    if (stops.length > 0) this.stop(stops)
  }

  /** Every attempt that the state holds to be live. */
  live(): AttemptKey[] {
    const { slots, tasks } = this.#kernel.state
    const live: AttemptKey[] = []
    for (const slot of slots.values()) {
      const task = slot.task < 0 ? undefined : tasks[slot.task]
      if (task?.live !== undefined) live.push({ run: this.#run, task: task.spec.id, epoch: task.live.epoch })
    }
    return live
  }

  stop(keys: readonly AttemptKey[]): void {
    attempt(
      () => this.#ports.queue.cancel(keys),
      (error) => {
        // The fence keeps out whatever such an attempt still reports.
        const record = errorRecord(BosunError.from(error, 'INTERNAL', { at: 'the task queue' }))
        this.#take({ type: 'violation', by: 'task queue', error: record })
      },
    )
  }

  /** Tells planners to stop; nothing they answer is heard. */
  abort(): void {
    for (const request of this.#plans.keys()) this.#forgetPlan(request)
  }

  /** Resolves when no publication is under way any more, or when one takes too long. */
  async settled(): Promise<void> {
    this.abort()
    if (this.#publications.size === 0) return
    const { clock } = this.#ports
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = clock.wakeAt(clock.now() + SETTLE_MS_MAX, resolve)
    await Promise.race([Promise.allSettled(this.#publications), promise])
    cancel()
  }

  // ---------------------------------------------------------------------------------------------

  #isWanted(effect: Effect): boolean {
    const { state } = this.#kernel
    if (effect.type === 'plan') return state.plans.has(effect.request)
    if (effect.type !== 'publish') return false
    const task = state.taskById.get(effect.task)
    return task?.status === 'publishing' && task.acceptedEpoch === effect.epoch
  }

  #begin(effect: Effect, assignments: Assignment[], stops: AttemptKey[]): void {
    switch (effect.type) {
      case 'assign': {
        const assignment = this.#assignment(effect)
        if (assignment !== undefined) assignments.push(assignment)
        return
      }
      case 'stop':
        stops.push({ run: this.#run, task: effect.task, epoch: effect.epoch })
        return
      case 'publish':
        this.#track(this.#publish(effect))
        return
      case 'answer':
        this.#answer(effect)
        return
      case 'plan':
        void this.#plan(effect)
        return
      case 'end':
        // A retry starts anew, so it needs none of this. A late result that may be adopted keeps its files
        // until the run is pruned.
        if (adoptableResults(this.#kernel.state).size === 0) this.#track(this.#discard())
    }
  }

  /** What attempts left behind: those that failed, and what is published already. */
  async #discard(): Promise<void> {
    // A publication that is under way reads from there: it ends whole or not at all.
    await Promise.allSettled(this.#publications)
    // Left-over files cost room and nothing else; a run does not fail over them.
    await this.#ports.publisher.discardRun?.(this.#run).catch(() => {})
  }

  #enqueue(assignments: readonly Assignment[]): void {
    attempt(
      () => this.#ports.queue.enqueue(assignments),
      (error) => {
        // Whether some were taken all the same is unknown; their epochs are over either way.
        const record = errorRecord(BosunError.from(error, 'HOST_START_FAILED', { at: 'the task queue' }))
        for (const { task, epoch } of assignments) this.#take({ type: 'lost', task: task.id, epoch, error: record })
      },
    )
  }

  /** The task in full with its inputs; `undefined` when the attempt has ended while its fact was written. */
  #assignment(effect: Extract<Effect, { type: 'assign' }>): Assignment | undefined {
    const { config, slots, tasks } = this.#kernel.state
    // By its slot: slots are few, so that looking one up is faster than finding a task.
    const index = slots.get(effect.slot)?.task ?? -1
    const task = index < 0 ? undefined : tasks[index]
    if (task?.spec.id !== effect.task || task.live?.epoch !== effect.epoch) return undefined
    const timeoutMs = task.spec.limits?.timeoutMs ?? config.limits.timeoutMs
    const assignment = {
      run: this.#run,
      task: task.spec,
      epoch: effect.epoch,
      worker: effect.worker,
      slot: effect.slot,
      inputs: task.spec.dependsOn === undefined ? NO_INPUTS : this.#inputs(task.spec.dependsOn),
      timeoutMs,
    }
    return effect.slice === undefined ? assignment : { ...assignment, slice: effect.slice }
  }

  /** By the names that plans and workers know; those of successors are the journal's. */
  #inputs(dependsOn: readonly string[]): Readonly<Record<string, Json>> {
    const inputs: Record<string, Json> = Object.create(null) as Record<string, Json>
    for (const id of dependsOn) inputs[originalId(id)] = this.#kernel.state.taskById.get(id)?.result ?? null
    return inputs
  }

  /** What was said is looked up: an answer never changes. */
  #answer({ task, epoch, approval, granted }: Extract<Effect, { type: 'answer' }>): void {
    const { call, answer } = this.#kernel.state.approvals.get(approval) ?? {}
    if (call === undefined || answer === undefined) return
    const { by, reason } = answer
    const { key } = call
    this.#ports.workers.answer({ run: this.#run, task, epoch }, { key, approval, granted, by, reason })
  }

  async #publish({ task, epoch, outputs, predecessor }: Extract<Effect, { type: 'publish' }>): Promise<void> {
    try {
      const attempt = { run: this.#run, task: predecessor ?? task, epoch }
      const files = await this.#ports.publisher.publish(attempt, outputs)
      this.#take({ type: 'published', task, epoch, files })
    } catch (error) {
      const record = errorRecord(BosunError.from(error, 'OUTPUT_CONFLICT', { at: task }))
      this.#take({ type: 'publishFailed', task, epoch, error: record })
    }
  }

  async #plan({ request, goal }: Extract<Effect, { type: 'plan' }>): Promise<void> {
    const controller = new AbortController()
    this.#plans.set(request, controller)
    const answer = await this.#ask(request, goal, controller.signal)
    if (controller.signal.aborted) return
    this.#plans.delete(request)
    this.#take(answer)
  }

  async #ask(request: string, goal: Json, signal: AbortSignal): Promise<Arrival> {
    const planner = this.#planner
    const refused = (error: ErrorRecord): Arrival => ({ type: 'planFailed', request, error })
    const models = this.#models(request, signal)
    try {
      if (planner === undefined) {
        throw new BosunError('PLANNER_FAILED', {
          at: request,
          received: 'no planner',
          fix: 'Name a planner in bosun.config.ts.',
        })
      }
      const { workers, folder } = this.#ports
      const model = (name: string) => models.model(name)
      const { entries, door } = workers
      const check = (given: unknown) => checkPlan(given, { kernel: this.#kernel, door, entries })
      const plan = await planner.plan({
        goal,
        workers: entries,
        bodySchemas: door.bodySchemas ?? {},
        folder,
        signal,
        model,
        check,
        tools: this.#tools(request, signal),
      })
      const checked = PlanSchema.safeParse(plan)
      if (!checked.success) {
        throw new BosunError('PLAN_INVALID', { at: planner.name, received: z.prettifyError(checked.error) })
      }
      const { tasks, groups } = checked.data
      const whole = completeTasks(tasks, await door.prepare(tasks), entries)
      if ('error' in whole) return refused(whole.error)
      const plain = { tasks: [...whole.tasks], ...(groups === undefined ? {} : { groups }) }
      // Named by what is recorded of it, which holds no secret.
      const received = this.#ports.redactor?.json(plain) ?? plain
      return { type: 'planned', request, ...received, hash: planHash(received) }
    } catch (error) {
      return refused(errorRecord(BosunError.from(error, 'PLANNER_FAILED', { at: planner?.name ?? request })))
    } finally {
      models.close()
    }
  }

  #tools(request: string, signal: AbortSignal): PlannerTools {
    const { policy } = this.#kernel.state.config
    const onDenied = (error: ErrorRecord) => this.#take({ type: 'violation', by: 'planner', error })
    return this.#ports.plannerTools?.({ run: this.#run, request, policy, signal, onDenied }) ?? noPlannerTools
  }

  /** What a planner asks is paid from what the kernel holds for its plan. */
  #models(request: string, signal: AbortSignal): PlannerModels {
    const { models: registry, clock, redactor } = this.#ports
    return new PlannerModels({
      id: `${this.#run}/${request}`,
      registry,
      slice: this.#kernel.state.plans.get(request)?.held ?? { tokens: 0, costMicros: 0 },
      clock,
      signal,
      report: (call) => this.#take({ type: 'plannerCalled', request, ...call }),
      redactor,
    })
  }

  #forgetPlan(request: string): void {
    this.#plans.get(request)?.abort()
    this.#plans.delete(request)
  }

  #track(work: Promise<void>): void {
    this.#publications.add(work)
    void work.finally(() => this.#publications.delete(work))
  }
}

/** Calls a port that may fail at once, later or not at all. */
function attempt(call: () => Promise<void> | void, failed: (error: unknown) => void): void {
  try {
    const called = call()
    if (called !== undefined) called.catch(failed)
  } catch (error) {
    failed(error)
  }
}
