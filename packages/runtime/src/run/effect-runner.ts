import {
  BosunError,
  errorRecord,
  PlanSchema,
  type Assignment,
  type AttemptKey,
  type Fact,
  type Json,
} from '@bosun/core'
import { effects, outstandingEffects, type Effect, type Kernel } from '@bosun/kernel'
import { z } from 'zod'
import type { Arrival } from './run-loop.ts'
import type { RunPorts, RunRoles } from './run-ports.ts'

const NO_INPUTS: Readonly<Record<string, Json>> = Object.freeze({})

/** Does what facts ask for, once they are durable, and hands in what comes of it. */
export class EffectRunner {
  readonly #run: string
  readonly #ports: RunPorts
  readonly #roles: RunRoles
  readonly #kernel: Kernel
  readonly #take: (arrival: Arrival) => void
  readonly #pending = new Set<Promise<void>>()
  readonly #abort = new AbortController()

  constructor(run: string, ports: RunPorts, roles: RunRoles, kernel: Kernel, take: (arrival: Arrival) => void) {
    this.#run = run
    this.#ports = ports
    this.#roles = roles
    this.#kernel = kernel
    this.#take = take
  }

  /** Whether something was begun that has not handed in its end. */
  get isBusy(): boolean {
    return this.#pending.size > 0
  }

  run(facts: readonly Fact[]): void {
    const assignments: Assignment[] = []
    const stops: AttemptKey[] = []
    for (const fact of facts) {
      for (const effect of effects(fact)) this.#begin(effect, assignments, stops)
    }
    this.#send(assignments, stops)
  }

  /** What a former life of the manager began and whose end is not in the log. Attempts are not among it: those are lost. */
  resume(): void {
    for (const effect of outstandingEffects(this.#kernel.state)) {
      if (effect.type !== 'assign') this.#begin(effect, [], [])
    }
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    this.#abort.abort()
    await Promise.allSettled(this.#pending)
  }

  // ---------------------------------------------------------------------------------------------

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
      case 'plan':
        this.#track(this.#plan(effect))
        return
      case 'end':
    }
  }

  #send(assignments: readonly Assignment[], stops: readonly AttemptKey[]): void {
    if (assignments.length > 0) this.#ports.queue.enqueue(assignments)
    if (stops.length > 0) this.#ports.queue.cancel(stops)
  }

  /** The task in full with its inputs; `undefined` when the attempt has ended while its fact was written. */
  #assignment(effect: Extract<Effect, { type: 'assign' }>): Assignment | undefined {
    const { state } = this.#kernel
    const task = state.taskById.get(effect.task)
    if (task?.live?.epoch !== effect.epoch) return undefined
    const timeoutMs = task.spec.limits?.timeoutMs ?? state.config.limits.timeoutMs
    return {
      run: this.#run,
      task: task.spec,
      epoch: effect.epoch,
      worker: effect.worker,
      slot: effect.slot,
      inputs: task.spec.dependsOn === undefined ? NO_INPUTS : this.#inputs(task.spec.dependsOn),
      timeoutMs,
      ...(effect.slice === undefined ? {} : { slice: effect.slice }),
    }
  }

  #inputs(dependsOn: readonly string[]): Readonly<Record<string, Json>> {
    const inputs: Record<string, Json> = Object.create(null) as Record<string, Json>
    for (const id of dependsOn) inputs[id] = this.#kernel.state.taskById.get(id)?.result ?? null
    return inputs
  }

  async #publish({ task, epoch, outputs }: Extract<Effect, { type: 'publish' }>): Promise<void> {
    try {
      const files = await this.#ports.publisher.publish({ run: this.#run, task, epoch }, outputs)
      this.#take({ type: 'published', task, epoch, files })
    } catch (error) {
      const record = errorRecord(BosunError.from(error, 'OUTPUT_CONFLICT', { at: task }))
      this.#take({ type: 'publishFailed', task, epoch, error: record })
    }
  }

  async #plan({ request, goal }: Extract<Effect, { type: 'plan' }>): Promise<void> {
    const { planner } = this.#roles
    const { workers, folder } = this.#ports
    try {
      if (planner === undefined)
        throw new BosunError('PLANNER_FAILED', {
          at: request,
          received: 'no planner',
          fix: 'Name a planner in bosun.config.ts.',
        })
      const plan = await planner.plan({ goal, workers: workers.entries, folder, signal: this.#abort.signal })
      const checked = PlanSchema.safeParse(plan)
      if (!checked.success)
        throw new BosunError('PLAN_INVALID', { at: planner.name, received: z.prettifyError(checked.error) })
      const { tasks } = checked.data
      const answers = await workers.door.prepare(tasks)
      const refused = answers.find((answer) => answer.error !== undefined)
      if (refused?.error !== undefined) this.#take({ type: 'planFailed', request, error: refused.error })
      else this.#take({ type: 'planned', request, tasks })
    } catch (error) {
      this.#take({
        type: 'planFailed',
        request,
        error: errorRecord(BosunError.from(error, 'PLANNER_FAILED', { at: planner?.name ?? request })),
      })
    }
  }

  #track(work: Promise<void>): void {
    this.#pending.add(work)
    void work.finally(() => this.#pending.delete(work))
  }
}
