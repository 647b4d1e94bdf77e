import type { ServiceIdentifier } from 'inversify'
import type { ErrorRecord } from '../errors/bosun-error.ts'
import type { HeldCall, ModelCallRecord, Usage } from '../facts/fact-schema.ts'
import type { Json } from '../json/json.ts'
import type { Task } from '../tasks/task.ts'

/** An attempt as it goes to a worker: the task in full, its inputs and its fence. */
export interface Assignment {
  readonly run: string
  readonly task: Task
  readonly epoch: number
  readonly worker: string
  readonly slot: string
  readonly inputs: Readonly<Record<string, Json>>
  readonly timeoutMs: number
  readonly slice?: Usage
}

export interface AttemptKey {
  readonly run: string
  readonly task: string
  readonly epoch: number
}

/** What a worker's side reports of an attempt. */
export type Report = AttemptKey &
  (
    | { readonly type: 'started'; readonly host: string }
    | { readonly type: 'result'; readonly result: Json; readonly outputs: readonly string[]; readonly usage?: Usage }
    | { readonly type: 'error'; readonly error: ErrorRecord; readonly usage?: Usage }
    | { readonly type: 'lost'; readonly error: ErrorRecord; readonly usage?: Usage }
    | { readonly type: 'discovered'; readonly item: Json }
    | { readonly type: 'emitted'; readonly value: Json }
    | ({ readonly type: 'modelCalled' } & ModelCallRecord)
    | { readonly type: 'denied'; readonly tool: string; readonly rule: string; readonly detail: string }
    /** A call waits for a person. */
    | { readonly type: 'approvalRequested'; readonly question: string; readonly call: HeldCall }
    | { readonly type: 'violation'; readonly error: ErrorRecord }
  )

/**
 * Carries assignments to the workers' side, at least once, idempotent by (run, task, epoch).
 * The kernel owns order, caps and retries; the queue owns delivery.
 */
export interface TaskQueue {
  enqueue(assignments: readonly Assignment[]): Promise<void> | void
  /** Takes up to `max` assignments as soon as there are any; an empty list when the queue is closed. */
  claim(max: number): Promise<readonly Assignment[]>
  /** Takes assignments back; those already claimed are told to stop. */
  cancel(keys: readonly AttemptKey[]): Promise<void> | void
  /** Calls back with each claimed attempt that has to stop. Returns what ends it. */
  onCancel(stop: (key: AttemptKey) => void): () => void
  /** The attempt is over; it is no longer held for anyone. */
  settle(key: AttemptKey): void
  inspect(keys: readonly AttemptKey[]): Promise<readonly ('absent' | 'waiting' | 'claimed')[]>
  close(): void
}
export const TaskQueue: ServiceIdentifier<TaskQueue> = Symbol.for('bosun.TaskQueue')

/** Carries reports back, durable where the workers live elsewhere; acknowledged after their fact. */
export interface ResultQueue {
  publish(report: Report): void
  /** The one consumer; called with every report of a run in order. Returns what ends it. */
  consume(run: string, take: (reports: readonly Report[]) => void): () => void
  /** The facts of these reports are durable. */
  ack(reports: readonly Report[]): void
}
export const ResultQueue: ServiceIdentifier<ResultQueue> = Symbol.for('bosun.ResultQueue')

/** A sign of life, of progress or of a tool call; may be lost. */
export type Beat = AttemptKey &
  (
    | { readonly type: 'beat' }
    | { readonly type: 'progress'; readonly note: string; readonly done?: number; readonly total?: number }
    | {
        readonly type: 'called'
        readonly tool: string
        readonly name: string
        readonly ms: number
        readonly error?: ErrorRecord
        readonly approval?: string
      }
  )

/** The source of beats. */
export interface HeartbeatMonitor {
  beat(beat: Beat): void
  watch(run: string, take: (beat: Beat) => void): () => void
}
export const HeartbeatMonitor: ServiceIdentifier<HeartbeatMonitor> = Symbol.for('bosun.HeartbeatMonitor')

/** Lossy wake-ups by topic; the truth is read again at the next look. */
export interface Signals {
  publish(topic: string): void
  subscribe(topic: string, wake: () => void): () => void
}
export const Signals: ServiceIdentifier<Signals> = Symbol.for('bosun.Signals')
