import { BosunError, errorRecord, type Assignment } from '@bosun/core'
import type { AttemptSinks, Executor } from './executor.ts'
import type { HostPool } from './host-pool.ts'
import type { PluginLocation } from './plugin-location.ts'

/** Runs attempts in hosts: which plugin a worker comes from decides which. */
export class ProcessExecutor implements Executor {
  readonly #hosts: HostPool
  readonly #plugins: ReadonlyMap<string, PluginLocation>

  /** @param plugins where the code of each worker lies, by the worker's name */
  constructor(hosts: HostPool, plugins: ReadonlyMap<string, PluginLocation>) {
    this.#hosts = hosts
    this.#plugins = plugins
  }

  run(assignment: Assignment, sinks: AttemptSinks): void {
    const plugin = this.#plugins.get(assignment.worker)
    if (plugin !== undefined) {
      this.#hosts.run(plugin, assignment, sinks)
      return
    }
    const error = new BosunError('WORKER_UNKNOWN', {
      at: assignment.task.id,
      expected: 'a worker of a plugin, since it runs in a host',
      received: assignment.worker,
    })
    sinks.error(errorRecord(error))
  }

  stop(assignment: Assignment, politeMs: number): void {
    this.#hosts.stop(assignment, politeMs)
  }

  close(): Promise<void> {
    return this.#hosts.close()
  }
}
