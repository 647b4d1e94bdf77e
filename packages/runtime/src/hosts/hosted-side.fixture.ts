import { fileURLToPath } from 'node:url'
import type { ErrorRecord } from '@bosun/core'
import { defineTool, files, type AnyToolHandler, type Plugin } from '@bosun/sdk'
import { workersSide, realClock, type WorkersSideOptions } from '../broker/workers-side.fixture.ts'
import { describePlugin } from './describe-plugin.ts'
import type { HostRecord } from './host.ts'
import { HostPool, type HostPoolOptions } from './host-pool.ts'
import hostile, { gate } from './hostile-plugin.fixture.ts'
import type { PluginLocation } from './plugin-location.ts'
import { ProcessExecutor } from './process-executor.ts'

/** A plugin that is one file beside this one. */
export const hostilePlugin = pluginBeside('./hostile-plugin.fixture.ts')

function pluginBeside(specifier: string): PluginLocation {
  const file = fileURLToPath(new URL(specifier, import.meta.url))
  return { specifier, entry: file, folder: file }
}

export interface HostedSideOptions {
  readonly hosts?: Partial<HostPoolOptions>
  readonly side?: Partial<WorkersSideOptions>
  /** A plugin that a file beside this one exports. @defaultValue the hostile one */
  readonly plugin?: { readonly plugin: Plugin; readonly file: string }
}

/** The workers' side of a run whose workers live in hosts of their own. */
export function hostedSide(options: HostedSideOptions = {}) {
  const started: HostRecord[] = []
  const troubles: ErrorRecord[] = []
  const wakes = new Set<() => void>()
  const hosts = new HostPool({
    clock: realClock,
    hostsMax: 2,
    heartbeatMs: 20,
    onHostStarted: (record) => started.push(record),
    onTrouble: (trouble) => {
      troubles.push(trouble)
      for (const wake of wakes) wake()
    },
    ...options.hosts,
  })
  const { plugin, file } = options.plugin ?? { plugin: hostile, file: hostilePlugin.specifier }
  const { workers } = describePlugin(plugin, file)
  const location = pluginBeside(file)
  const executor = new ProcessExecutor(hosts, new Map(workers.map(({ entry }) => [entry.name, location])))
  const opened = Promise.withResolvers<void>()
  const waits = Promise.withResolvers<void>()
  const gateTool = defineTool(gate, async ({ text }) => {
    if (text !== 'wait') return `passed ${text}`
    waits.resolve()
    await opened.promise
    return 'opened'
  }) as AnyToolHandler
  const write = defineTool(files.write, () => ({ bytes: 0 })) as AnyToolHandler
  const side = workersSide({ hosted: workers as never, executor, tools: [gateTool, write], ...options.side })
  const troubled = (code: string) =>
    new Promise<ErrorRecord>((resolve) => {
      const wake = () => {
        const found = troubles.find((trouble) => trouble.code === code)
        if (found === undefined) return
        wakes.delete(wake)
        resolve(found)
      }
      wakes.add(wake)
      wake()
    })
  return {
    ...side,
    hosts,
    started,
    troubles,
    troubled,
    openGate: opened.resolve,
    atGate: waits.promise,
    async [Symbol.asyncDispose]() {
      await executor.close()
      await side.pool.close()
    },
  }
}
