import { pathToFileURL } from 'node:url'
import { BosunError } from '@bosun/core'
import type { Plugin } from '@bosun/sdk'
import { describePlugin, pluginOf } from './describe-plugin.ts'
import type { HostPool } from './host-pool.ts'
import type { PluginDescription } from './host-protocol.ts'
import type { PluginLocation } from './plugin-location.ts'
import { resolvePlugin } from './resolve-plugin.ts'

/** A plugin as the config lists it. */
export interface PluginSpec {
  /** `./plugins/site`, `@acme/bosun-git`. */
  readonly specifier: string
  /** Whether its code may run in this process. */
  readonly trusted: boolean
}

/** A plugin that has been found and can be used. */
export interface DescribedPlugin {
  readonly location: PluginLocation
  readonly description: PluginDescription
  /** Its values, for a trusted one: this process has imported it. */
  readonly plugin: Plugin | undefined
}

/**
 * Finds and describes the plugins of a config. A trusted one is imported into this process; any other
 * is imported by a host alone, and nothing but plain data comes from it.
 *
 * @throws PLUGIN_NOT_FOUND, PLUGIN_API_VERSION, PLUGIN_INVALID, and PLUGIN_UNTRUSTED for a plugin that
 * brings what can only run here and is not trusted to
 */
export async function describePlugins(
  specs: readonly PluginSpec[],
  baseDir: string,
  hosts: Pick<HostPool, 'describe'>,
): Promise<readonly DescribedPlugin[]> {
  // All are found before the code of any runs.
  const located = specs.map((spec) => ({ ...spec, location: resolvePlugin(spec.specifier, baseDir) }))
  const described = await Promise.all(
    located.map(({ location, trusted }) => (trusted ? importPlugin(location) : describeInHost(location, hosts))),
  )
  refuseRepeated(described)
  return described
}

async function importPlugin(location: PluginLocation): Promise<DescribedPlugin> {
  const module: unknown = await import(pathToFileURL(location.entry).href).catch((error: unknown) => {
    throw BosunError.from(error, 'PLUGIN_INVALID', { at: location.specifier })
  })
  const plugin = pluginOf(module, location.specifier)
  return { location, description: describePlugin(plugin, location.specifier), plugin }
}

async function describeInHost(location: PluginLocation, hosts: Pick<HostPool, 'describe'>): Promise<DescribedPlugin> {
  const description = await hosts.describe(location)
  const { modulesCount, ...named } = description.brings
  const privileged = Object.entries(named).flatMap(([kind, names]) => names.map((name) => `${kind}: ${name}`))
  if (modulesCount > 0) privileged.push(`modules: ${modulesCount}`)
  if (privileged.length === 0) return { location, description, plugin: undefined }
  throw new BosunError('PLUGIN_UNTRUSTED', {
    at: location.specifier,
    received: privileged.join(', '),
    fix: `Write { use: '${location.specifier}', trusted: true } if you trust the plugin.`,
  })
}

/** Two workers of one name could not be told apart by a fact. */
function refuseRepeated(plugins: readonly DescribedPlugin[]): void {
  const owners = new Map<string, string>()
  for (const { location, description } of plugins) {
    for (const { entry } of description.workers) {
      const owner = owners.get(entry.name)
      if (owner !== undefined) {
        throw new BosunError('PLUGIN_INVALID', {
          at: location.specifier,
          expected: 'workers with names of their own',
          received: `a second worker ${entry.name}, which ${owner} has, too`,
        })
      }
      owners.set(entry.name, location.specifier)
    }
  }
}
