import type { ServiceIdentifier } from 'inversify'
import type { z } from 'zod'
import type { Json } from '../json/json.ts'
import type { WorkerEntry } from '../runs/run-config.ts'
import type { Task } from '../tasks/task.ts'
import type { WorkerModel } from './worker-model.ts'

/** A tool as a worker names it: which tool, and how far the grant reaches. */
export interface ToolUse<I = never, O = unknown> {
  /** `files.write` */
  readonly tool: string
  /** `site/**`; absent: all that the tool can reach. */
  readonly specifier?: string
  /** What its calls do, as the declaration of the tool says; a worker with an `effect` has `once` as default. */
  readonly access?: 'read' | 'write' | 'effect'
  /** What a model is told of the tool. Stays where the value was made: it is no part of what is sent or written. */
  readonly declaration?: { readonly summary: string; readonly input: z.ZodType }
  /** Never set; carries the types of the call. */
  readonly callType?: (input: I) => Promise<O>
}

/** The tools of a worker by the name under which its code, and its model, call them. */
export type ToolUses = Readonly<Record<string, ToolUse<never, unknown>>>

/** The callable form of a worker's tools: what is named is what can be called. */
export type GrantedTools<T extends ToolUses> = {
  readonly [K in keyof T]: T[K] extends ToolUse<infer I, infer O> ? (input: I) => Promise<O> : never
}

/** Services of its plugin that a worker needs, by its own names; bound in a module of the plugin. */
export type ServiceNeeds = Readonly<Record<string, ServiceIdentifier<unknown>>>

/** The services that were asked for. */
export type NeededServices<N extends ServiceNeeds> = {
  readonly [K in keyof N]: N[K] extends ServiceIdentifier<infer S> ? S : never
}

/** A body that shows how a worker is used; it is documentation, what `bosun try` runs, and the input of its kit. */
export interface WorkerExample {
  readonly name?: string
  readonly body: unknown
  /** What the scripted model answers, call by call. */
  readonly model?: readonly ScriptedAnswer[]
  /** Files of the workspace that the example needs, text by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Results of the tasks it depends on, by id. */
  readonly inputs?: Readonly<Record<string, Json>>
  /** What it returns; checked where it is given. */
  readonly result?: Json
}

/** One answer of a scripted model; a string is its text. */
export type ScriptedAnswer =
  | string
  | {
      readonly text?: string
      /** The answer to a question with a schema. */
      readonly data?: Json
      readonly toolCalls?: readonly { readonly name: string; readonly input: Json }[]
      /** @defaultValue 10 in, 10 out */
      readonly usage?: { readonly inputTokens: number; readonly outputTokens: number }
      /** Plays only in attempts whose first call holds this text; the others have a script without it. */
      readonly when?: string
      /** A text that the last message of the call has to hold; else the script has drifted. */
      readonly expects?: string
    }

/**
 * All that a worker can reach. There is no way to delegate, spawn, assign or send: a finding is
 * reported with `discover`, and the manager decides.
 */
export interface WorkerContext<T extends ToolUses = ToolUses, N extends ServiceNeeds = ServiceNeeds> {
  readonly task: Task
  /** Results of the tasks this one depends on, by id, in the order of `dependsOn`. */
  readonly inputs: Readonly<Record<string, Json>>
  readonly tools: GrantedTools<T>
  /** The model that the worker names; a worker that names none is refused with MODEL_MISSING. */
  readonly model: WorkerModel
  /** What the worker needs of its plugin, by its own names. */
  readonly needs: NeededServices<N>
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
export interface Worker<B = never, R = unknown, T extends ToolUses = never, N extends ServiceNeeds = never> {
  readonly kind: 'worker'
  readonly entry: WorkerEntry
  readonly body: z.ZodType<B>
  readonly result: z.ZodType<R>
  readonly tools: T
  /** The files it will write for a body; narrows the grant and is checked afterwards. */
  readonly outputs?: (body: B) => readonly string[]
  readonly needs: N
  readonly examples: readonly WorkerExample[]
  run(input: { readonly body: B }, context: WorkerContext<T, N>): Promise<R> | R
}

/** A worker of any body, result and tools: what plugins list and registries hold. */
// The four parameters vary in different directions, so `any` is their only common supertype.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyWorker = Worker<any, any, any, any>
export const Worker: ServiceIdentifier<AnyWorker> = Symbol.for('bosun.Worker')
