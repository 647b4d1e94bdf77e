import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  AnyWorker,
  Assignment,
  Beat,
  Clock,
  ModelRegistry,
  Report,
  Task,
  ToolUses,
  WorkerEntry,
} from '@bosun/core'
import { noModel, type AnyToolHandler } from '@bosun/sdk'
import type { Executor } from '../hosts/executor.ts'
import { InlineExecutor } from '../hosts/inline-executor.ts'
import { ModelGateway } from '../models/model-gateway.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { toolHandlers } from '../tools/check-rules.ts'
import { RuleGateway } from '../tools/rule-gateway.ts'
import { InProcessHeartbeatMonitor } from './in-process-heartbeat-monitor.ts'
import { InProcessResultQueue } from './in-process-result-queue.ts'
import { InProcessTaskQueue } from './in-process-task-queue.ts'
import { Staging } from './staging.ts'
import type { RegisteredWorker } from './live-attempt.ts'
import { WorkerPool } from './worker-pool.ts'

/** Real time, as the runtime has it. */
export const realClock: Clock = {
  now: () => Math.floor(performance.now()),
  wakeAt: (atMs, wake) => {
    const timer = setTimeout(wake, Math.max(0, atMs - performance.now()))
    return () => clearTimeout(timer)
  },
}

/** A clock that goes on when a spec says so. */
export class ManualClock implements Clock {
  #now = 0
  readonly #wakes = new Set<{ readonly atMs: number; readonly wake: () => void }>()

  now(): number {
    return this.#now
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    const entry = { atMs, wake }
    this.#wakes.add(entry)
    return () => this.#wakes.delete(entry)
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = [...this.#wakes].filter((entry) => entry.atMs <= end).sort((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) break
      this.#wakes.delete(next)
      this.#now = Math.max(this.#now, next.atMs)
      next.wake()
    }
    this.#now = end
  }
}

export interface WorkersSideOptions {
  readonly workers?: readonly AnyWorker[]
  /** Workers whose code runs elsewhere. */
  readonly hosted?: readonly { readonly entry: WorkerEntry; readonly tools: ToolUses }[]
  readonly executor?: Executor
  readonly tools?: readonly AnyToolHandler[]
  readonly deny?: readonly string[]
  readonly clock?: Clock
  readonly attemptsMax?: number
  readonly killAfterMs?: number
  readonly beatMs?: number
  readonly workspace?: string
  readonly registry?: ModelRegistry
  readonly redactor?: Redactor
}

/** Queues, gateway, pool and executors of one run `r`, joined as a runtime joins them. */
export function workersSide(options: WorkersSideOptions) {
  const clock = options.clock ?? realClock
  const folder = mkdtempSync(join(tmpdir(), 'bosun-workers-side-'))
  const workspace = options.workspace ?? folder
  const queue = new InProcessTaskQueue()
  const results = new InProcessResultQueue()
  const beats = new InProcessHeartbeatMonitor()
  const inline = new InlineExecutor({
    workers: new Map((options.workers ?? []).map((worker) => [worker.entry.name, worker])),
    clock,
    heartbeatMs: 100,
  })
  const gateway = new RuleGateway({
    handlers: toolHandlers(options.tools ?? []),
    workspace,
    report: (report) => results.publish(report),
  })
  const models = new ModelGateway({
    registry: options.registry ?? { resolve: noModel },
    clock,
    report: (report) => results.publish(report),
  })
  const staging = new Staging(join(folder, 'state'), workspace)
  const workers = new Map<string, RegisteredWorker>()
  for (const { entry, tools } of options.workers ?? []) workers.set(entry.name, { entry, tools, executor: inline })
  for (const { entry, tools } of options.hosted ?? []) {
    workers.set(entry.name, { entry, tools, executor: options.executor ?? inline })
  }
  const rules = { deny: options.deny ?? [] }
  const pool = new WorkerPool({
    queue,
    results,
    beats,
    gateway,
    models,
    staging,
    workers,
    ...(options.redactor === undefined ? {} : { redactor: options.redactor }),
    rules: () => rules,
    ...(options.attemptsMax === undefined ? {} : { attemptsMax: options.attemptsMax }),
    ...(options.beatMs === undefined ? {} : { beatMs: options.beatMs }),
    ...(options.killAfterMs === undefined ? {} : { killAfterMs: options.killAfterMs }),
  })
  const reports: Report[] = []
  const seenBeats: Beat[] = []
  const wakes = new Set<() => void>()
  const wakeAll = () => {
    for (const wake of wakes) wake()
  }
  results.consume('r', (batch) => {
    reports.push(...batch)
    results.ack(batch)
    wakeAll()
  })
  beats.watch('r', (beat) => {
    seenBeats.push(beat)
    wakeAll()
  })
  pool.start()

  /** Waits until something is so; asked again with every report and beat. */
  const until = <T>(look: () => T | undefined | false): Promise<T> =>
    new Promise((resolve) => {
      const wake = () => {
        const found = look()
        if (found === undefined || found === false) return
        wakes.delete(wake)
        resolve(found)
      }
      wakes.add(wake)
      wake()
    })
  const reported = <K extends Report['type']>(type: K, task: string, epoch = 1) =>
    until(
      () =>
        reports.find((report) => report.type === type && report.task === task && report.epoch === epoch) as
          | Extract<Report, { type: K }>
          | undefined,
    )
  const ended = (task: string, epoch = 1) =>
    until(() =>
      reports.find(
        (report) => report.task === task && report.epoch === epoch && ['result', 'error', 'lost'].includes(report.type),
      ),
    )
  return { folder, queue, results, beats, gateway, staging, pool, inline, reports, seenBeats, until, reported, ended }
}

/** An assignment of run `r` to a worker. */
export function assignment(worker: string, task: Partial<Task> & { id: string }, more: Partial<Assignment> = {}) {
  return {
    run: 'r',
    task: { type: 'work', body: null, ...task },
    epoch: 1,
    worker,
    slot: `${worker}/1`,
    inputs: {},
    timeoutMs: 60_000,
    ...more,
  } satisfies Assignment
}
