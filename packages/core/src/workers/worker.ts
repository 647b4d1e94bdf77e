import type { ServiceIdentifier } from 'inversify'
import type { z } from 'zod'
import type { Json } from '../json/json.ts'
import type { WorkerEntry } from '../runs/run-config.ts'
import type { Task } from '../tasks/task.ts'

/** A tool as a worker names it: which tool, and how far the grant reaches. */
export interface ToolUse<I = never, O = unknown> {
  /** `files.write` */
  readonly tool: string
  /** `site/**`; absent: all that the tool can reach. */
  readonly specifier?: string
  /** Never set; carries the types of the call. */
  readonly callType?: (input: I) => Promise<O>
}

/** The tools of a worker by the name under which its code, and its model, call them. */
export type ToolUses = Readonly<Record<string, ToolUse<never, unknown>>>

/** The callable form of a worker's tools: what is named is what can be called. */
export type GrantedTools<T extends ToolUses> = {
  readonly [K in keyof T]: T[K] extends ToolUse<infer I, infer O> ? (input: I) => Promise<O> : never
}

/**
 * All that a worker can reach. There is no way to delegate, spawn, assign or send: a finding is
 * reported with `discover`, and the manager decides.
 */
export interface WorkerContext<T extends ToolUses = ToolUses> {
  readonly task: Task
  /** Results of the tasks this one depends on, by id, in the order of `dependsOn`. */
  readonly inputs: Readonly<Record<string, Json>>
  readonly tools: GrantedTools<T>
  /** The instructions of the skills that the task names. */
  readonly skills: readonly string[]
  /** Aborts when the attempt is revoked, times out or is stopped. */
  readonly signal: AbortSignal
  readonly clock: { now(): number; sleep(ms: number): Promise<void> }
  /** Seeded by the attempt: a number from 0 up to 1. */
  readonly random: () => number
  readonly attempt: { readonly id: string; readonly epoch: number }
  /** The same for every attempt of the task; pass it to whatever must happen once. */
  readonly idempotencyKey: string
  /** Tells that work goes on; feeds the progress clock and the live view. */
  progress(note: string, count?: { done: number; total: number }): void
  /** A durable part of the output, delivered to the manager in order. */
  emit(value: Json): void
  /** A finding for the manager; never a task. */
  discover(item: Json): void
}

/** What a worker is: data about it, its schemas, and its one function. Made by `defineWorker` of the SDK. */
export interface Worker<B = never, R = unknown, T extends ToolUses = never> {
  readonly kind: 'worker'
  readonly entry: WorkerEntry
  readonly body: z.ZodType<B>
  readonly result: z.ZodType<R>
  readonly tools: T
  /** The files it will write for a body; narrows the grant and is checked afterwards. */
  readonly outputs?: (body: B) => readonly string[]
  readonly examples: readonly { readonly body: unknown; readonly name?: string }[]
  run(input: { readonly body: B }, context: WorkerContext<T>): Promise<R> | R
}

/** A worker of any body, result and tools: what plugins list and registries hold. */
// The three parameters vary in different directions, so `any` is their only common supertype.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyWorker = Worker<any, any, any>
export const Worker: ServiceIdentifier<AnyWorker> = Symbol.for('bosun.Worker')
