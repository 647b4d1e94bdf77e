import { pathToFileURL } from 'node:url'
import { BosunError, type Json, type RunConfig, type ToolUses, type WorkerEntry } from '@bosun/core'
import { definePlugin, resolveOwnImports, type AnyToolHandler, type Plugin } from '@bosun/sdk'
import type { PluginUse } from '../config/config-schema.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { describePlugin, pluginOf } from '../hosts/describe-plugin.ts'
import { HostPool } from '../hosts/host-pool.ts'
import type { PluginDescription, WorkerDescription } from '../hosts/host-protocol.ts'
import { locatePlugin } from '../hosts/locate-plugin.ts'
import type { PluginLocation } from '../hosts/plugin-location.ts'
import { SystemClock } from '../run/system-clock.ts'
import { hostedTool } from '../tools/hosted-tool.ts'

/** A worker as data, with the place of its code. */
export interface LocatedWorker {
  readonly entry: WorkerEntry
  readonly tools: ToolUses
  readonly location: PluginLocation
  /** Bodies that show how it is used. */
  readonly examples: WorkerDescription['examples']
  readonly bodySchema: Json
}

interface LocatedTool {
  readonly handler: AnyToolHandler
  readonly location: PluginLocation
}

export interface LoadedPlugins {
  /** Plugins whose code this process runs; for tools of other plugins, one that knows of them and runs none of their code. */
  readonly trusted: readonly Plugin[]
  /** All workers of the project, whoever runs them. */
  readonly workers: readonly LocatedWorker[]
  readonly entries: readonly WorkerEntry[]
  /** Where the code of each plugin of the config lies. */
  readonly locations: readonly PluginLocation[]
}

/** What one entry of `plugins` brings. */
interface Found {
  readonly trusted?: Plugin
  /** What an untrusted one brings beyond these. */
  readonly brings?: PluginDescription['brings']
  readonly workers: readonly LocatedWorker[]
  readonly tools: readonly LocatedTool[]
  readonly location: PluginLocation
}

/**
 * Loads the plugins of a project. Code of a trusted plugin is imported here; of any other only a host
 * imports it, and this process sees plain data.
 *
 * @param builtIn trusted plugins that bring tools and planners, and no workers
 * @param purpose a trial uses workers and their tools, so whatever else an untrusted plugin brings is no fault
 * @throws PLUGIN_NOT_FOUND, PLUGIN_INVALID, PLUGIN_API_VERSION, PLUGIN_UNTRUSTED, HOST_START_FAILED;
 *   CONFIG_INVALID for options that do not fit, and for a plugin as a value where workers run in hosts
 */
export async function loadPlugins(
  loaded: LoadedConfig,
  builtIn: readonly Plugin[],
  config: RunConfig,
  purpose: 'run' | 'trial' = 'run',
): Promise<LoadedPlugins> {
  const found: Found[] = []
  const hosts = new HostPool({ clock: new SystemClock(), hostsMax: 1 })
  try {
    for (const [index, listed] of loaded.config.plugins.entries()) {
      const at = `${loaded.file} plugins[${index}]`
      const use = typeof listed === 'string' ? { use: listed } : listed
      // One after the other, so that the first fault in the order of the config is the one reported.
      // oxlint-disable-next-line no-await-in-loop
      const one = 'use' in use ? await loadUse(loaded, use, at, config, hosts) : takeValue(loaded, use, at, config)
      if (purpose === 'run' && 'use' in use && one.brings !== undefined) refuseUntrusted(loaded, use.use, one.brings)
      found.push(one)
    }
  } finally {
    await hosts.close()
  }
  const workers = found.flatMap((one) => one.workers)
  const tools = found.flatMap((one) => one.tools)
  refuseTwins(workers)
  refuseForeignTools(loaded, workers, tools)
  const trusted = [...builtIn, ...found.flatMap((one) => one.trusted ?? [])]
  return {
    trusted: tools.length === 0 ? trusted : [...trusted, pluginOfHosted(tools)],
    workers,
    entries: workers.map(({ entry }) => entry),
    locations: found.map(({ location }) => location),
  }
}

// ---------------------------------------------------------------------------------------------

async function loadUse(
  loaded: LoadedConfig,
  { use, trusted = false, options }: PluginUse,
  at: string,
  config: RunConfig,
  hosts: HostPool,
): Promise<Found> {
  const settings = { at: `${at}.options`, ...(options === undefined ? {} : { options }) }
  const location = { ...locatePlugin(use, loaded.folder, trusted), settings }
  if (trusted) {
    const plugin = await pluginOf(await importPlugin(location), use, settings)
    return { trusted: plugin, workers: locate(describePlugin(plugin, use), location), tools: [], location }
  }
  if (config.isolation === 'inline') throw untrusted(loaded, use, 'Workers in this process')
  const description = await hosts.describe(location)
  const tools = description.tools.map((tool) => ({ handler: hostedTool(tool), location }))
  return { brings: description.brings, workers: locate(description, location), tools, location }
}

/** A plugin that the config holds as a value: its functions are here, and can be nowhere else. */
function takeValue(loaded: LoadedConfig, plugin: Plugin, at: string, { isolation }: RunConfig): Found {
  if (isolation !== 'inline') {
    throw new BosunError('CONFIG_INVALID', {
      at,
      summary: 'Its functions cannot cross into the processes that workers run in',
      expected: 'a specifier',
      received: `the plugin ${plugin.name} as a value`,
      fix: "Name the module that exports it, as './plugins/site.ts', or set isolation: 'inline'.",
    })
  }
  const location = { specifier: plugin.name, entry: loaded.path, folder: loaded.path }
  return { trusted: plugin, workers: locate(describePlugin(plugin, at), location), tools: [], location }
}

async function importPlugin(location: PluginLocation): Promise<unknown> {
  resolveOwnImports(import.meta.url)
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
  return description.workers.map(({ entry, tools, examples, bodySchema }) => ({
    entry: entry as WorkerEntry,
    tools,
    location,
    examples,
    bodySchema,
  }))
}

/** What a plugin brings beyond workers and their tools would run in this process. */
function refuseUntrusted(loaded: LoadedConfig, use: string, brings: PluginDescription['brings']): void {
  const kinds = [
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

function pluginOfHosted(hosted: readonly LocatedTool[]): Plugin {
  return definePlugin({ name: 'tools-in-hosts', tools: hosted.map(({ handler }) => handler) })
}

/** A tool that runs in the hosts of its plugin is within reach of the workers there, and of no other. */
function refuseForeignTools(
  loaded: LoadedConfig,
  workers: readonly LocatedWorker[],
  hosted: readonly LocatedTool[],
): void {
  for (const { handler, location } of hosted) {
    const { name } = handler.declaration
    const foreign = workers.find(
      (worker) => worker.location !== location && Object.values(worker.tools).some(({ tool }) => tool === name),
    )
    if (foreign !== undefined) {
      throw untrusted(
        loaded,
        location.specifier,
        `Its tool ${name}, which the worker ${foreign.entry.name} of another plugin uses,`,
      )
    }
  }
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
