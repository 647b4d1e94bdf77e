import type { RunConfig } from '@bosun/core'
import { HostPool } from '../hosts/host-pool.ts'
import { killHostGroups } from '../hosts/kill-host-groups.ts'
import { ProcessExecutor } from '../hosts/process-executor.ts'
import { WorkersTaskDoor } from '../hosts/workers-task-door.ts'
import type { HostRecord } from '../run/run-ports.ts'
import { SystemClock } from '../run/system-clock.ts'
import type { HostedWorkers } from '../wiring/embedded.ts'
import type { LoadedPlugins, LocatedWorker } from './load-plugins.ts'

/** The workers of a project in processes of their own: at most as many hosts as the run has slots. */
export function hostedWorkers(found: LoadedPlugins, config: RunConfig): HostedWorkers {
  const listeners = new Set<(host: HostRecord) => void>()
  const hosts = new HostPool({
    clock: new SystemClock(),
    hostsMax: config.limits.slotsMax,
    heartbeatMs: config.lease.heartbeatMs,
    onHostStarted: (host) => {
      for (const take of listeners) take(host)
    },
  })
  const executor = new ProcessExecutor(
    hosts,
    new Map(found.workers.map(({ entry, location }) => [entry.name, location])),
  )
  const hosted = Array.from(
    Map.groupBy(found.workers, ({ location }) => location),
    ([plugin, workers]) => ({
      plugin,
      handles: workers.map(({ entry }: LocatedWorker) => entry.handles),
    }),
  )
  return {
    workers: new Map(found.workers.map(({ entry, tools }) => [entry.name, { entry, tools, executor }])),
    door: new WorkersTaskDoor({ hosted, hosts }),
    onHostStarted(take) {
      listeners.add(take)
      return () => listeners.delete(take)
    },
    async killHosts(recorded) {
      await killHostGroups(recorded)
    },
    close: () => executor.close(),
  }
}
