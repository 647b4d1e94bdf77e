import {
  RunConfigSchema,
  TaskSchema,
  WorkerEntrySchema,
  type Decision,
  type Fact,
  type FactOf,
  type FactType,
  type Json,
  type Message,
  type RunConfig,
  type Strategy,
  type Task,
  type WorkerEntry,
} from '@bosun/core'
import { decide } from './decide/decide.ts'
import type { Input } from './decide/input.ts'
import { createKernel, type Kernel } from './kernel.ts'
import { composeStrategy } from './strategies/compose-strategy.ts'
import { nextMessage } from './views/messages.ts'

/** An input without its time, which the story keeps. */
export type Event = Input extends infer I ? (I extends { readonly at: number } ? Omit<I, 'at'> : never) : never

type TaskParts = Partial<Omit<Task, 'id'>>

export function task(id: string, parts: TaskParts = {}): Task {
  return TaskSchema.parse({ id, type: 'work', ...parts })
}

export function worker(name: string, parts: Partial<WorkerEntry> = {}): WorkerEntry {
  return WorkerEntrySchema.parse({ name, handles: 'work', summary: 'Works.', ...parts })
}

export interface StoryOptions {
  readonly limits?: Partial<RunConfig['limits']>
  readonly retry?: Partial<RunConfig['retry']>
  readonly lease?: Partial<RunConfig['lease']>
  readonly policy?: Partial<RunConfig['policy']>
  readonly hedge?: Partial<RunConfig['hedge']>
  readonly seed?: number
  readonly strategy?: Strategy
  readonly workers?: readonly WorkerEntry[]
  /** How many slots of each worker join; default 2. */
  readonly slots?: number
}

/** A run told input by input. Backoff is exactly `backoffMs`, unless a strategy is given. */
export function story(options: StoryOptions = {}): Story {
  const { strategy, workers = [worker('worker')], slots = 2, ...config } = options
  const plain = composeStrategy({
    name: 'plain',
    retry: { next: (_retry, _error, view) => view.config.retry.backoffMs },
  })
  return new Story(strategy ?? plain, RunConfigSchema.parse(config), workers, slots)
}

export class Story {
  readonly kernel: Kernel
  readonly facts: Fact[] = []
  readonly heard: Message[] = []
  at = 1_000

  constructor(strategy: Strategy, config: RunConfig, workers: readonly WorkerEntry[], slots: number) {
    this.kernel = createKernel(strategy)
    this.feed({ type: 'start', run: 'r', goal: 'goal', manager: 'boss', config, origins: {}, workers })
    for (const { name } of workers) {
      for (let slot = 1; slot <= slots; slot += 1) this.feed({ type: 'joined', slot: `${name}/${slot}`, worker: name })
    }
  }

  /** Feeds one input and returns the facts that followed. */
  feed(event: Event): readonly Fact[] {
    const facts = decide(this.kernel, { ...event, at: this.at })
    this.facts.push(...facts)
    return facts
  }

  /** Hands the next message to the manager, who answers with these decisions. */
  answer(...decisions: readonly Decision[]): readonly Fact[] {
    const next = nextMessage(this.kernel.state, this.at)
    if (next !== undefined) this.heard.push(next.message)
    return this.feed({ type: 'decided', decisions })
  }

  /** Answers every message that waits with nothing, but leaves `settled` unheard. */
  listen(): this {
    for (let next = this.next(); next !== undefined && next.type !== 'settled'; next = this.next()) this.answer()
    return this
  }

  next(): Message | undefined {
    return nextMessage(this.kernel.state, this.at)?.message
  }

  /** Delegates tasks on the next message, by name or in full. */
  plan(...tasks: readonly (Task | string)[]): this {
    this.answer(delegate(...tasks))
    return this
  }

  /** Lets time pass, and feeds it. */
  wait(ms: number): readonly Fact[] {
    this.at += ms
    return this.feed({ type: 'tick' })
  }

  begin(id: string): readonly Fact[] {
    return this.feed({ type: 'started', ...this.attempt(id), host: 'host-1' })
  }

  succeed(id: string, result: Json = null, outputs: readonly string[] = []): readonly Fact[] {
    return this.feed({ type: 'result', ...this.attempt(id), result, outputs })
  }

  fail(id: string, code: 'WORKER_THREW' | 'TASK_BODY_INVALID' = 'WORKER_THREW'): readonly Fact[] {
    return this.feed({ type: 'error', ...this.attempt(id), error: { code, message: 'It broke.' } })
  }

  lose(id: string): readonly Fact[] {
    return this.feed({ type: 'lost', ...this.attempt(id), error: { code: 'HOST_DIED', message: 'It died.' } })
  }

  beat(id: string): readonly Fact[] {
    return this.feed({ type: 'beat', ...this.attempt(id) })
  }

  /** The task and the epoch of its latest attempt. */
  attempt(id: string): { readonly task: string; readonly epoch: number } {
    return { task: id, epoch: this.kernel.state.taskById.get(id)?.epoch ?? 0 }
  }

  status(id: string): string | undefined {
    return this.kernel.state.taskById.get(id)?.status
  }

  /** Status of every task, in the order of the run. */
  get statuses(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.kernel.state.tasks.map(({ spec, status }) => [spec.id, status]))
  }

  /** The tasks that hold a slot now, in the order of their assignment. */
  get running(): readonly string[] {
    const live = this.kernel.state.tasks.filter((record) => record.live !== undefined)
    return this.of('task.assigned')
      .filter(({ task: id, epoch }) => live.some((record) => record.spec.id === id && record.epoch === epoch))
      .map(({ task: id }) => id)
  }

  of<T extends FactType>(type: T): readonly FactOf<T>[] {
    return this.facts.filter((fact) => fact.type === type) as FactOf<T>[]
  }

  get end(): Fact | undefined {
    return this.facts.find(({ type }) => type === this.kernel.state.ended)
  }
}

export function delegate(...tasks: readonly (Task | string)[]): Decision {
  return { type: 'delegate', tasks: tasks.map((one) => (typeof one === 'string' ? task(one) : one)) }
}

export const finish: Decision = { type: 'finish', result: 'done' }

export function types(facts: readonly Fact[]): readonly FactType[] {
  return facts.map(({ type }) => type)
}
