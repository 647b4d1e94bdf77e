import { pathToFileURL } from 'node:url'
import { BosunError, type RunConfig, type ToolUses, type WorkerEntry } from '@bosun/core'
import type { Plugin } from '@bosun/sdk'
import type { LoadedConfig } from '../config/load-config.ts'
import { describePlugin, pluginOf } from '../hosts/describe-plugin.ts'
import { HostPool } from '../hosts/host-pool.ts'
import type { PluginDescription } from '../hosts/host-protocol.ts'
import { locatePlugin } from '../hosts/locate-plugin.ts'
import type { PluginLocation } from '../hosts/plugin-location.ts'
import { SystemClock } from '../run/system-clock.ts'

/** A worker as data, with the place of its code. */
export interface LocatedWorker {
  readonly entry: WorkerEntry
  readonly tools: ToolUses
  readonly location: PluginLocation
}

export interface LoadedPlugins {
  /** Plugins whose code this process runs. */
  readonly trusted: readonly Plugin[]
  /** All workers of the project, whoever runs them. */
  readonly workers: readonly LocatedWorker[]
  readonly entries: readonly WorkerEntry[]
  /** Where the code of each plugin of the config lies. */
  readonly locations: readonly PluginLocation[]
}

/**
 * Loads the plugins of a project. Code of a trusted plugin is imported here; of any other only a host
 * imports it, and this process sees plain data.
 *
 * @param builtIn trusted plugins that bring tools and planners, and no workers
 * @throws PLUGIN_NOT_FOUND, PLUGIN_INVALID, PLUGIN_API_VERSION, PLUGIN_UNTRUSTED, HOST_START_FAILED
 */
export async function loadPlugins(
  loaded: LoadedConfig,
  builtIn: readonly Plugin[],
  config: RunConfig,
): Promise<LoadedPlugins> {
  const uses = loaded.config.plugins.map((plugin) => (typeof plugin === 'string' ? { use: plugin } : plugin))
  const trusted: Plugin[] = [...builtIn]
  const workers: LocatedWorker[] = []
  const locations: PluginLocation[] = []
  const hosts = new HostPool({ clock: new SystemClock(), hostsMax: 1 })
  try {
    for (const { use, trusted: isTrusted = false } of uses) {
      const location = locatePlugin(use, loaded.folder, isTrusted)
      locations.push(location)
      if (isTrusted) {
        // One after the other, so that the first fault in the order of the config is the one reported.
        // oxlint-disable-next-line no-await-in-loop
        const plugin = pluginOf(await importPlugin(location), use)
        trusted.push(plugin)
        workers.push(...locate(describePlugin(plugin, use), location))
      } else {
        if (config.isolation === 'inline') throw untrusted(loaded, use, 'Workers in this process')
        // oxlint-disable-next-line no-await-in-loop
        const description = await hosts.describe(location)
        refuseUntrusted(loaded, use, description)
        workers.push(...locate(description, location))
      }
    }
  } finally {
    await hosts.close()
  }
  refuseTwins(workers)
  return { trusted, workers, entries: workers.map(({ entry }) => entry), locations }
}

// ---------------------------------------------------------------------------------------------

async function importPlugin(location: PluginLocation): Promise<unknown> {
  try {
    return await import(pathToFileURL(location.entry).href)
  } catch (error) {
    throw new BosunError('PLUGIN_INVALID', {
      at: location.specifier,
      received: error instanceof Error ? error.message : String(error),
      cause: error,
    })
  }
}

function locate(description: PluginDescription, location: PluginLocation): LocatedWorker[] {
  return description.workers.map(({ entry, tools }) => ({ entry: entry as WorkerEntry, tools, location }))
}

/** What a plugin brings beyond workers would run in this process. */
function refuseUntrusted(loaded: LoadedConfig, use: string, { brings }: PluginDescription): void {
  const kinds = [
    ['Its tools', brings.tools.length],
    ['Its planners', brings.planners.length],
    ['Its managers', brings.managers.length],
    ['Its strategies', brings.strategies.length],
    ['Its modules', brings.modulesCount],
  ] as const
  for (const [kind, count] of kinds) if (count > 0) throw untrusted(loaded, use, kind)
}

function untrusted(loaded: LoadedConfig, use: string, what: string): BosunError {
  return new BosunError('PLUGIN_UNTRUSTED', {
    at: `${loaded.file} plugins "${use}"`,
    summary: `${what} would run in the process of the run`,
    fix: `Write { use: '${use}', trusted: true } if you trust it.`,
  })
}

function refuseTwins(workers: readonly LocatedWorker[]): void {
  const seen = new Map<string, LocatedWorker>()
  for (const worker of workers) {
    const twin = seen.get(worker.entry.name)
    if (twin !== undefined) {
      throw new BosunError('PLUGIN_INVALID', {
        at: worker.location.specifier,
        received: `the worker "${worker.entry.name}", which ${twin.location.specifier} brings as well`,
      })
    }
    seen.set(worker.entry.name, worker)
  }
}
