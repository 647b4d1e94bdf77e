import type { RunConfig, Task } from '@bosun/core'
import type { OnOutput } from '../hosts/host-process.ts'
import { HostPool } from '../hosts/host-pool.ts'
import { killHostGroups } from '../hosts/kill-host-groups.ts'
import { ProcessExecutor } from '../hosts/process-executor.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { SystemClock } from '../run/system-clock.ts'
import type { HostRecord } from '../run/run-ports.ts'
import type { PreparedTask } from '../tools/task-door.ts'
import type { HostedWorkers } from '../wiring/embedded.ts'
import type { LocatedWorker } from './load-plugins.ts'

/** Workers, and where their code lies. */
export interface FoundWorkers {
  readonly workers: readonly Pick<LocatedWorker, 'entry' | 'tools' | 'location' | 'bodySchema'>[]
}

export interface HostedWorkersOptions {
  /** @defaultValue 1 */
  readonly attemptsPerHost?: number | undefined
  /** Takes secrets out of what hosts print. @defaultValue none */
  readonly redactor?: Redactor | undefined
  /** Instructions of skills by name. @defaultValue none */
  readonly skills?: Readonly<Record<string, string>>
  /** What hosts print. @defaultValue dropped */
  readonly onOutput?: OnOutput | undefined
}

/**
 * The workers of a project in processes of their own: as many hosts as the run's slots need, so that
 * no attempt that holds a lease has to wait for one.
 */
export function hostedWorkers(
  found: FoundWorkers,
  config: RunConfig,
  { attemptsPerHost = 1, redactor, skills = {}, onOutput }: HostedWorkersOptions = {},
): HostedWorkers {
  const listeners = new Set<(host: HostRecord) => void>()
  const { slotsMax } = config.limits
  const isShared = new Set(found.workers.map(({ location }) => location)).size === 1
  const pool = new HostPool({
    clock: new SystemClock(),
    // Attempts of different plugins share no host, so with several plugins each may need one of its own.
    hostsMax: isShared ? Math.ceil(slotsMax / attemptsPerHost) : slotsMax,
    attemptsPerHost,
    heartbeatMs: config.lease.heartbeatMs,
    skills,
    ...(redactor === undefined ? {} : { redactor }),
    ...(onOutput === undefined ? {} : { onOutput }),
    onHostStarted: (host) => {
      for (const take of listeners) take(host)
    },
  })
  const plugins = new Map(found.workers.map(({ entry, location }) => [entry.name, location]))
  const executor = new ProcessExecutor(pool, plugins)
  return {
    workers: new Map(found.workers.map(({ entry, tools }) => [entry.name, { entry, tools, executor }])),
    door: {
      prepare: (tasks) => prepare(pool, found, tasks),
      bodySchemas: Object.fromEntries(found.workers.map(({ entry, bodySchema }) => [entry.name, bodySchema])),
    },
    onHostStarted(take) {
      listeners.add(take)
      return () => listeners.delete(take)
    },
    async killHosts(hosts) {
      await killHostGroups(hosts)
    },
    close: () => executor.close(),
  }
}

/** Asks the plugin of each task's worker; a task that nobody handles is for the kernel to refuse. */
async function prepare(pool: HostPool, found: FoundWorkers, tasks: readonly Task[]): Promise<readonly PreparedTask[]> {
  const answers = new Map<string, PreparedTask>()
  const byPlugin = Map.groupBy(
    tasks,
    (task) => found.workers.find(({ entry }) => entry.handles === task.type)?.location,
  )
  for (const [location, some] of byPlugin) {
    if (location === undefined) continue
    // oxlint-disable-next-line no-await-in-loop
    for (const answer of await pool.prepare(location, some)) answers.set(answer.id, answer)
  }
  return tasks.map(({ id }) => answers.get(id) ?? { id })
}
