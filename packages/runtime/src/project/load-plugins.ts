import { BosunError, type RunConfig, type ToolUses, type WorkerEntry } from '@bosun/core'
import type { Plugin } from '@bosun/sdk'
import type { LoadedConfig } from '../config/load-config.ts'
import { describePlugins } from '../hosts/describe-plugins.ts'
import { HostPool } from '../hosts/host-pool.ts'
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
  const specs = loaded.config.plugins.map((plugin) =>
    typeof plugin === 'string'
      ? { specifier: plugin, trusted: false }
      : { specifier: plugin.use, trusted: plugin.trusted === true },
  )
  if (config.isolation === 'inline') refuseUntrusted(loaded, specs)
  const hosts = new HostPool({ clock: new SystemClock() })
  try {
    const described = await describePlugins(specs, loaded.folder, hosts)
    const workers = described.flatMap(({ location, description }) =>
      description.workers.map(({ entry, tools }) => ({ entry: entry as WorkerEntry, tools, location })),
    )
    const trusted = [...builtIn, ...described.flatMap(({ plugin }) => plugin ?? [])]
    return { trusted, workers, entries: workers.map(({ entry }) => entry) }
  } finally {
    await hosts.close()
  }
}

/** Workers in this process are code in this process. */
function refuseUntrusted(loaded: LoadedConfig, specs: readonly { specifier: string; trusted: boolean }[]): void {
  for (const { specifier, trusted } of specs) {
    if (trusted) continue
    throw new BosunError('PLUGIN_UNTRUSTED', {
      at: `${loaded.file} plugins`,
      received: `"${specifier}" under isolation: 'inline'`,
      fix: `Write { use: '${specifier}', trusted: true } if you trust it, or keep isolation: 'process'.`,
    })
  }
}
