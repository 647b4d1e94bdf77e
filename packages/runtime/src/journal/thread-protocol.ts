import type { Command, ErrorCode, ErrorDetail, Owner, RunSummary } from '@bosun/core'
import type { Blob } from './fact-codec.ts'
import type { RunHead } from './run-head.ts'

/** One `append`, ready to be stored. */
export interface AppendEntry {
  readonly run: string
  readonly epoch: number
  readonly expectedSeq: number
  readonly texts: readonly string[]
  readonly blobs: readonly Blob[]
  readonly head: RunHead
}

/** Facts as they are stored, their chain checked. */
export interface StoredBatch {
  /** The texts, joined by commas: the inside of a JSON array. */
  readonly texts: string
  readonly hashes: readonly string[]
  readonly blobs: readonly Blob[]
  /** Whether more may follow. */
  readonly more: boolean
}

/** Where a reader of batches stands. */
export interface ReadPoint {
  readonly seq: number
  /** Hash of the fact with that number, when known. */
  readonly hash: string | undefined
}

/** Why something was refused, as plain data: errors of the thread cross as this. */
export interface Refusal {
  readonly code: ErrorCode
  readonly detail: ErrorDetail
}

/** What the thread does, by name; the caller's proxy and the thread's table share this one type. */
export interface ThreadOperations {
  /** Answers once the thread is up. */
  open(): void
  append(entries: readonly AppendEntry[]): readonly (Refusal | undefined)[]
  acquire(run: string, owner: Owner, at: number, takeOver: boolean): number
  read(run: string, point: ReadPoint): StoredBatch
  renew(run: string, epoch: number, at: number): void
  release(run: string, epoch: number): void
  runs(): readonly RunSummary[]
  remove(run: string): void
  submit(run: string, command: Omit<Command, 'id'>): number
  commands(run: string): readonly Command[]
  settle(run: string, id: number, seq: number): void
  isSettled(run: string, id: number): boolean
  lastCommand(run: string): number
  close(): void
}
export type Operation = keyof ThreadOperations

export interface ThreadRequest {
  readonly id: number
  readonly operation: Operation
  readonly args: readonly unknown[]
}
export interface ThreadReply {
  readonly id: number
  readonly value?: unknown
  readonly refusal?: Refusal
}
export interface ThreadOptions {
  readonly stateDir: string
  readonly factVersion: number
  readonly busyTimeoutMs: number
}
