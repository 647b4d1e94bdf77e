import {
  Clock,
  HeartbeatMonitor,
  Journal,
  Manager,
  ModelRegistry,
  Random,
  ResultQueue,
  Signals,
  Strategy,
  TaskQueue,
  Telemetry,
  ToolGateway,
  Worker,
  type AnyManager,
  type AnyWorker,
} from '@bosun/core'
import { BUILT_IN_STRATEGIES } from '@bosun/kernel'
import { noModel, type AnyToolHandler } from '@bosun/sdk'
import { ContainerModule, type BindToFluentSyntax, type ServiceIdentifier } from 'inversify'
import { InProcessHeartbeatMonitor } from '../broker/in-process-heartbeat-monitor.ts'
import { InProcessResultQueue } from '../broker/in-process-result-queue.ts'
import { InProcessSignals } from '../broker/in-process-signals.ts'
import { InProcessTaskQueue } from '../broker/in-process-task-queue.ts'
import { Staging } from '../broker/staging.ts'
import { StagedOutputs } from '../broker/staged-outputs.ts'
import type { RegisteredWorker } from '../broker/live-attempt.ts'
import { InlineExecutor } from '../hosts/inline-executor.ts'
import { servicesOf, type FindService } from '../hosts/worker-services.ts'
import { MemoryJournal } from '../journal/memory-journal.ts'
import { SqliteJournal } from '../journal/sqlite-journal.ts'
import { thisProcess } from '../journal/owner.ts'
import { ModelGateway } from '../models/model-gateway.ts'
import { RunQueue, RUNS_MAX_DEFAULT } from '../queue/run-queue.ts'
import { TicketQueue } from '../queue/ticket-queue.ts'
import { OutputPublisher, WorkerSide, type HostRecord } from '../run/run-ports.ts'
import { SystemClock } from '../run/system-clock.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { toolHandlers } from '../tools/check-rules.ts'
import type { CodePaths } from '../tools/code-paths.ts'
import { readingTools } from '../tools/planner-tools.ts'
import { RuleGateway } from '../tools/rule-gateway.ts'
import { InlineTaskDoor, type TaskDoor } from '../tools/task-door.ts'
import { Bosun } from './bosun.ts'
import { ToolHandlers } from './plugins.ts'
import { PooledWorkers, type PooledWorkersParts } from './pooled-workers.ts'
import { SystemRandom } from './system-random.ts'

/** Workers that do not run in this process, and what belongs to them. */
export interface HostedWorkers {
  readonly workers: ReadonlyMap<string, RegisteredWorker>
  readonly door: TaskDoor
  onHostStarted(take: (host: HostRecord) => void): () => void
  killHosts(hosts: readonly HostRecord[]): Promise<void>
  close(): Promise<void>
}

/** Where the embedded world of one process reads, writes and keeps its state. */
export interface EmbeddedOptions {
  /** Folder of the project, absolute. */
  readonly folder: string
  /** Folder that workers read and outputs are published to, absolute. @defaultValue `folder` */
  readonly workspace?: string
  /** Read-only folders by the first segment of the paths that reach them. @defaultValue none */
  readonly mounts?: Readonly<Record<string, string>>
  /** Paths of the workspace where nothing is written, because the project runs what is there. @defaultValue none */
  readonly code?: CodePaths
  /** Folder of journal and staging, absolute. */
  readonly stateDir: string
  /** `memory` keeps nothing when the process ends. @defaultValue `sqlite` */
  readonly journal?: 'sqlite' | 'memory'
  /** Runs of the state folder that go on at the same time; others wait their turn. @defaultValue 8 */
  readonly runsMax?: number
  /** Workers in processes of their own. @defaultValue none; bound workers run in this process */
  readonly hosted?: HostedWorkers
  /** Time between the polite stop of an attempt and its end by force. @defaultValue 2,000 */
  readonly killAfterMs?: number
  /** How often attempts in this process beat. @defaultValue 2,000 */
  readonly heartbeatMs?: number
  /** What workers and planners can ask. @defaultValue none */
  readonly models?: ModelRegistry
  /** Instructions of skills by name, for workers in this process. @defaultValue none */
  readonly skills?: Readonly<Record<string, string>>
  /** Takes secrets out of all that is recorded, shown or asked. @defaultValue none */
  readonly redactor?: Redactor
}

/**
 * The embedded world: one process, its journal in SQLite, its queues in memory, its workers in this
 * process or in hosts. Every binding is a seam that a later module may replace.
 *
 * @example
 * const container = await createContainer(embedded({ folder, stateDir }), plugins(site))
 * const { result } = await container.get(Bosun).run(manager, goal)
 */
export function embedded(options: EmbeddedOptions): ContainerModule {
  return new ContainerModule(async ({ bind }) => {
    const journal =
      options.journal === 'memory' ? new MemoryJournal() : await SqliteJournal.open({ stateDir: options.stateDir })
    const workspace = options.workspace ?? options.folder
    const staging = new Staging(options.stateDir, workspace)
    bind(Clock).toConstantValue(new SystemClock())
    bind(Random).toConstantValue(new SystemRandom())
    bind(Journal).toConstantValue(journal)
    const shared = options.journal === 'memory' ? undefined : options.stateDir
    bind(RunQueue).toConstantValue(new TicketQueue(shared, options.runsMax ?? RUNS_MAX_DEFAULT))
    bind(TaskQueue).toResolvedValue(() => new InProcessTaskQueue(), [])
    bind(ResultQueue).toResolvedValue(() => new InProcessResultQueue(), [])
    bind(Signals).toResolvedValue(() => new InProcessSignals(), [])
    bind(HeartbeatMonitor).toResolvedValue(() => new InProcessHeartbeatMonitor(), [])
    bind(ModelRegistry).toConstantValue(options.models ?? { resolve: noModel })
    bind(OutputPublisher).toConstantValue(new StagedOutputs(staging, workspace, options.code))
    for (const strategy of BUILT_IN_STRATEGIES) bind(Strategy).toConstantValue(strategy)
    bind(ToolGateway).toResolvedValue(
      (handlers: AnyToolHandler[] | undefined, results: ResultQueue, beats: HeartbeatMonitor) =>
        new RuleGateway({
          handlers: toolHandlers(handlers ?? []),
          workspace,
          mounts: options.mounts ?? {},
          ...(options.code === undefined ? {} : { code: options.code }),
          ...(options.redactor === undefined ? {} : { redactor: options.redactor }),
          report: (report) => results.publish(report),
          beat: (beat) => beats.beat(beat),
        }),
      [many(ToolHandlers), ResultQueue, HeartbeatMonitor],
    )
    bind(WorkerSide).toResolvedValue(
      (
        queue: TaskQueue,
        results: ResultQueue,
        beats: HeartbeatMonitor,
        gateway: ToolGateway,
        registry: ModelRegistry,
        clock: Clock,
        workers: AnyWorker[] | undefined,
        find: FindService,
      ) =>
        new PooledWorkers({
          queue,
          results,
          beats,
          gateway,
          models: new ModelGateway({ registry, clock, report: (report) => results.publish(report) }),
          staging,
          ...(options.redactor === undefined ? {} : { redactor: options.redactor }),
          killAfterMs: options.killAfterMs ?? 2_000,
          ...sideOf(options, clock, workers ?? [], find),
        }),
      [TaskQueue, ResultQueue, HeartbeatMonitor, ToolGateway, ModelRegistry, Clock, many(Worker), Services],
    )
    bind(Services).toDynamicValue((context) => (token) => context.get(token, { optional: true }))
    bindBosun(bind, options)
  })
}

/** Where workers of this process find what they need; looked up once, when they are wired. */
const Services: ServiceIdentifier<FindService> = Symbol('bosun.Services')

type Bind = <T>(contract: ServiceIdentifier<T>) => BindToFluentSyntax<T>

function bindBosun(bind: Bind, options: EmbeddedOptions): void {
  bind(Bosun).toResolvedValue(
    (
      clock: Clock,
      random: Random,
      journal: Journal,
      queue: TaskQueue,
      turns: RunQueue,
      results: ResultQueue,
      beats: HeartbeatMonitor,
      workers: WorkerSide,
      models: ModelRegistry,
      publisher: OutputPublisher,
      strategies: Strategy[] | undefined,
      managers: AnyManager[] | undefined,
      telemetry: Telemetry[] | undefined,
      handlers: AnyToolHandler[] | undefined,
    ) =>
      new Bosun({
        plannerTools: readingTools({
          handlers: toolHandlers(handlers ?? []),
          workspace: options.workspace ?? options.folder,
          mounts: options.mounts ?? {},
          redactor: options.redactor,
        }),
        clock,
        random,
        journal,
        queue,
        turns,
        results,
        beats,
        workers,
        models,
        ...(options.redactor === undefined ? {} : { redactor: options.redactor }),
        publisher,
        strategies: strategies ?? [],
        managers: managers ?? [],
        telemetry: telemetry ?? [],
        owner: thisProcess(),
        folder: options.folder,
      }),
    [
      Clock,
      Random,
      Journal,
      TaskQueue,
      RunQueue,
      ResultQueue,
      HeartbeatMonitor,
      WorkerSide,
      ModelRegistry,
      OutputPublisher,
      many(Strategy),
      many(Manager),
      many(Telemetry),
      many(ToolHandlers),
    ],
  )
}

/** Hosted workers where there are any; otherwise what is bound, in this process. */
function sideOf(
  options: EmbeddedOptions,
  clock: Clock,
  bound: readonly AnyWorker[],
  find: FindService,
): Pick<PooledWorkersParts, 'workers' | 'door' | 'onHostStarted' | 'killHosts' | 'close'> {
  if (options.hosted !== undefined) return options.hosted
  const byName = new Map(bound.map((worker) => [worker.entry.name, worker]))
  const needs = new Map(bound.map((worker) => [worker.entry.name, servicesOf(worker, find)]))
  const skills = new Map(Object.entries(options.skills ?? {}))
  const executor = new InlineExecutor({
    workers: byName,
    clock,
    needs,
    skills,
    heartbeatMs: options.heartbeatMs ?? 2_000,
  })
  return {
    workers: new Map(bound.map(({ entry, tools }) => [entry.name, { entry, tools, executor }])),
    door: new InlineTaskDoor(bound),
    close: () => executor.close(),
  }
}

function many<T>(serviceIdentifier: ServiceIdentifier<T>) {
  return {
    serviceIdentifier: serviceIdentifier as ServiceIdentifier<T[] | undefined>,
    isMultiple: true,
    optional: true,
  } as never
}
