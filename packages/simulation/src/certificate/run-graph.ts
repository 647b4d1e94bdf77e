import {
  RunConfigSchema,
  WorkerEntrySchema,
  type Fact,
  type FactOf,
  type RunConfig,
  type Strategy,
  type Task,
} from '@bosun/core'
import type { Input } from '@bosun/kernel'
import { runOnClock } from '../replay/run-on-clock.ts'
import type { TimedTask } from './timed-task.ts'

/** What goes wrong in one attempt. */
export type Misfortune =
  /** Its host dies after so long, and nobody says so: the lease has to run out. */
  | { readonly how: 'dies'; readonly afterMs: number }
  /** It throws after so long. */
  | { readonly how: 'throws'; readonly afterMs: number }
  /** Its host is frozen from the start, and the result comes when the lease has long run out. */
  | { readonly how: 'late' }

export interface GraphRunOptions {
  readonly slots: number
  /** How leases are set, in ms; time limits follow from it. Default 100 and 20. */
  readonly lease?: MeasuredLease
  /** Default: nothing goes wrong. */
  readonly misfortune?: (task: TimedTask, epoch: number) => Misfortune | undefined
  /** Twins of what takes far longer than its peers; one takes as long as is said here. Default: none. */
  readonly hedge?: Partial<RunConfig['hedge']> & { readonly twinMs: number }
  /** Tokens of the run, and what an attempt reserves and uses. Default: none. */
  readonly budget?: { readonly tokensMax: number; readonly slice: number; readonly use: (task: TimedTask) => number }
}

/** The lease of every attempt, and how often it beats. */
export interface MeasuredLease {
  readonly leaseMs: number
  readonly heartbeatMs: number
}

/** A graph, run. */
export interface GraphRun {
  readonly tasks: readonly TimedTask[]
  readonly slots: number
  readonly facts: readonly Fact[]
  /** When the host of an attempt died or froze in truth, by `task@epoch`. */
  readonly silentSince: ReadonlyMap<string, number>
}

const LEASE: MeasuredLease = { leaseMs: 100, heartbeatMs: 20 }
/** In leases: far longer than any measured run; short enough that a strategy which never gives up does not run for ever. */
const TIMEOUT_LEASES = 200
const PATIENCE_LEASES = 1_000
const MAX = Number.MAX_SAFE_INTEGER
const WORKER = WorkerEntrySchema.parse({ name: 'worker', handles: 'work', summary: 'Works.' })

/**
 * Runs a graph under a strategy on equal slots and a virtual clock: messages take no time, every
 * task takes exactly its time, and what goes wrong is given.
 */
export function runGraph(strategy: Strategy, tasks: readonly TimedTask[], options: GraphRunOptions): GraphRun {
  const { slots, lease = LEASE, misfortune, budget, hedge: { twinMs = 0, ...hedge } = {} } = options
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const silentSince = new Map<string, number>()
  const { facts } = runOnClock({
    strategy,
    script: [
      start(slots, lease, budget?.tokensMax ?? 0, hedge),
      ...Array.from({ length: slots }, (_, index): Input => {
        return { type: 'joined', at: 0, slot: `worker/${index + 1}`, worker: 'worker' }
      }),
    ],
    follows: (fact) => {
      if (fact.type !== 'task.assigned') return []
      const task = byId.get(fact.task) ?? { id: fact.task, durationMs: twinMs, dependsOn: [] }
      const failing = misfortune?.(task, fact.epoch)
      if (failing?.how === 'dies') silentSince.set(`${task.id}@${fact.epoch}`, fact.at + failing.afterMs)
      if (failing?.how === 'late') silentSince.set(`${task.id}@${fact.epoch}`, fact.at)
      return reports(fact, { lease, durationMs: task.durationMs, failing, tokens: budget?.use(task) })
    },
    answers: ({ message: { type } }) => {
      if (type === 'goal') {
        return { decisions: [{ type: 'delegate', tasks: tasks.map((task) => specOf(task, budget?.slice)) }] }
      }
      return { decisions: type === 'settled' ? [{ type: 'finish', result: null }] : [] }
    },
    patienceMs: () => PATIENCE_LEASES * lease.leaseMs,
  })
  return { tasks, slots, facts, silentSince }
}

// ---------------------------------------------------------------------------------------------

function start(slots: number, lease: MeasuredLease, tokensMax: number, hedge: Partial<RunConfig['hedge']>): Input {
  const config = RunConfigSchema.parse({
    limits: {
      slotsMax: slots,
      startsPerSecondMax: MAX,
      timeoutMs: TIMEOUT_LEASES * lease.leaseMs,
      queueWaitMs: MAX,
      wallTimeMs: MAX,
      tokensMax,
    },
    retry: { retriesMax: 10, backoffMs: 20, backoffMaxMs: 200 },
    lease,
    hedge,
  })
  return {
    type: 'start',
    at: 0,
    run: 'measured',
    goal: null,
    manager: 'hands-over',
    config,
    origins: {},
    workers: [WORKER],
  }
}

function specOf({ id, dependsOn, key, priority }: TimedTask, slice: number | undefined): Task {
  return {
    id,
    type: WORKER.handles,
    body: null,
    ...(dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn] }),
    ...(key === undefined ? {} : { key }),
    ...(priority === undefined ? {} : { priority }),
    ...(slice === undefined ? {} : { limits: { tokensMax: slice } }),
  }
}

function reports(
  { at, task, epoch }: FactOf<'task.assigned'>,
  attempt: {
    readonly lease: MeasuredLease
    readonly durationMs: number
    readonly failing: Misfortune | undefined
    readonly tokens: number | undefined
  },
): readonly Input[] {
  const { lease, durationMs, failing, tokens } = attempt
  const of = { task, epoch }
  const usage = tokens === undefined ? {} : { usage: { tokens, costMicros: 0 } }
  const result = (when: number): Input => ({ type: 'result', at: when, ...of, result: null, outputs: [], ...usage })
  if (failing?.how === 'late') return [result(at + lease.leaseMs + durationMs)]
  const aliveMs = failing?.afterMs ?? durationMs
  const inputs: Input[] = []
  for (let beat = lease.heartbeatMs; beat < aliveMs; beat += lease.heartbeatMs) {
    inputs.push({ type: 'beat', at: at + beat, ...of })
  }
  if (failing === undefined) inputs.push(result(at + durationMs))
  else if (failing.how === 'throws') {
    const error = { code: 'WORKER_THREW', message: 'The worker threw.' } as const
    inputs.push({ type: 'error', at: at + aliveMs, ...of, error, ...usage })
  }
  return inputs
}
