import type {
  AttemptKey,
  HeartbeatMonitor,
  HeldAnswer,
  ResultQueue,
  TaskQueue,
  ToolGateway,
  WorkerEntry,
} from '@bosun/core'
import type { ModelGateway } from '../models/model-gateway.ts'
import type { Redactor } from '../secrets/redactor.ts'
import type { Staging } from '../broker/staging.ts'
import type { RegisteredWorker } from '../broker/live-attempt.ts'
import { WorkerPool } from '../broker/worker-pool.ts'
import type { HostRecord, WorkerSide } from '../run/run-ports.ts'
import { NO_RULES, type RunRules } from '../tools/grant-source.ts'
import type { TaskDoor } from '../tools/task-door.ts'

/** What the workers' side of one process is made of. */
export interface PooledWorkersParts {
  readonly queue: TaskQueue
  readonly results: ResultQueue
  readonly beats: HeartbeatMonitor
  readonly gateway: ToolGateway
  readonly models: ModelGateway
  readonly staging: Staging
  readonly redactor?: Redactor
  readonly workers: ReadonlyMap<string, RegisteredWorker>
  readonly door: TaskDoor
  readonly killAfterMs: number
  readonly onHostStarted?: (take: (host: HostRecord) => void) => () => void
  readonly killHosts?: (hosts: readonly HostRecord[]) => Promise<void>
  /** Ends executors and their processes. */
  readonly close?: () => Promise<void>
}

/** The workers' side in the process of the run: one pool for all of its runs. */
export class PooledWorkers implements WorkerSide {
  readonly entries: readonly WorkerEntry[]
  readonly door: TaskDoor
  readonly #parts: PooledWorkersParts
  readonly #pool: WorkerPool
  readonly #rules = new Map<string, RunRules>()
  /** Hosts of this process, by what tells one process from any other. */
  readonly #hosts = new Map<string, HostRecord>()

  constructor(parts: PooledWorkersParts) {
    this.#parts = parts
    this.door = parts.door
    this.entries = Array.from(parts.workers.values(), ({ entry }) => entry)
    this.#pool = new WorkerPool({
      queue: parts.queue,
      results: parts.results,
      beats: parts.beats,
      gateway: parts.gateway,
      models: parts.models,
      staging: parts.staging,
      ...(parts.redactor === undefined ? {} : { redactor: parts.redactor }),
      workers: parts.workers,
      rules: (run) => this.#rules.get(run) ?? NO_RULES,
      killAfterMs: parts.killAfterMs,
      // The slots of the kernel are the bound. What it has assigned holds a lease, and must not wait for its first beat.
      attemptsMax: Number.POSITIVE_INFINITY,
    })
    parts.onHostStarted?.((host) => this.#hosts.set(identityOf(host), host))
  }

  onHostStarted(take: (host: HostRecord) => void): () => void {
    // A run that comes later may use these as well, and whoever recovers it has to know them.
    for (const host of this.#hosts.values()) take(host)
    return this.#parts.onHostStarted?.(take) ?? (() => {})
  }

  async killHosts(hosts: readonly HostRecord[]): Promise<void> {
    await this.#parts.killHosts?.(hosts.filter((host) => !this.#hosts.has(identityOf(host))))
  }

  narrowIn(run: string, rules: RunRules): () => void {
    this.#rules.set(run, rules)
    return () => {
      if (this.#rules.get(run) === rules) this.#rules.delete(run)
    }
  }

  answer(attempt: AttemptKey, answer: HeldAnswer): void {
    this.#parts.gateway.answer(attempt, answer)
  }

  start(): void {
    this.#pool.start()
  }

  async close(): Promise<void> {
    await this.#pool.close()
    await this.#parts.close?.()
  }
}

function identityOf({ pid, bootId, startTime }: HostRecord): string {
  return `${bootId} ${pid} ${startTime}`
}
