import { existsSync } from 'node:fs'
import { basename, extname, isAbsolute, resolve } from 'node:path'
import { BosunError, RunConfigSchema, type RunConfig } from '@bosun/core'
import type { Plugin } from '@bosun/sdk'
import type { BosunConfig } from '../config/config-schema.ts'
import { resolveEffectiveConfig } from '../config/effective-config.ts'
import { CONFIG_FILES, loadConfig, type LoadedConfig } from '../config/load-config.ts'
import { loadPlugins, type LoadedPlugins, type LocatedWorker } from './load-plugins.ts'
import { projectModels, type ProjectModels } from './project-models.ts'

/** A worker with all that its attempt needs. */
export interface FoundWorker extends ProjectModels {
  readonly worker: LocatedWorker
  /** What was loaded with it: its plugin, and those of its project. */
  readonly found: LoadedPlugins
  readonly config: RunConfig
}

export interface FindWorkerOptions {
  /** Absolute; where specifiers and the project are looked for. */
  readonly folder: string
  /** Trusted plugins whose tools need no mention. */
  readonly builtIn: readonly Plugin[]
  /** Whether its code may run in this process. */
  readonly inline: boolean
  /** Which worker of a plugin that brings several. */
  readonly named?: string | undefined
}

/**
 * Finds a worker: by the path of a module, by its name in the project of the folder, or by the
 * specifier of a plugin, in this order.
 *
 * @throws WORKER_UNKNOWN, USAGE when a plugin brings several and none is named, and what loading throws
 */
export async function findWorker(what: string, options: FindWorkerOptions): Promise<FoundWorker> {
  const project = await projectOf(options.folder)
  const isModule = isPath(what) || (/\.[cm]?[jt]s$/.test(what) && existsSync(resolve(options.folder, what)))
  if (!isModule && project !== undefined && /^[a-z][a-z0-9-]*$/.test(what)) {
    const found = await loadFrom(project, options)
    const worker = found.workers.find(({ entry }) => entry.name === what)
    if (worker !== undefined) return { worker, found, ...settingsOf(project, options) }
    throw new BosunError('WORKER_UNKNOWN', {
      at: what,
      expected: `one of ${namesOf(found)}`,
      fix: `Name one, or ${pluginOf(project, what) ?? `the module of another: ./${what}.ts`}.`,
    })
  }
  const specifier = isModule && !isPath(what) ? `./${what}` : what
  const alone = settledConfig(options.folder, {
    plugins: [options.inline ? { use: specifier, trusted: true } : specifier],
    manager: 'fanOut',
  })
  const found = await loadFrom(alone, options)
  return { worker: onlyOne(what, found, options.named), found, ...settingsOf(project ?? alone, options) }
}

// ---------------------------------------------------------------------------------------------

/** A plugin of the project that goes by this name, though no worker does. */
function pluginOf({ config }: LoadedConfig, name: string): string | undefined {
  const specifiers = config.plugins.flatMap((plugin) => {
    if (typeof plugin === 'string') return plugin
    return 'use' in plugin ? plugin.use : []
  })
  const meant = specifiers.find((specifier) => basename(specifier, extname(specifier)) === name)
  return meant === undefined ? undefined : `the plugin: ${meant}`
}

function isPath(what: string): boolean {
  return what === '.' || what.startsWith('./') || what.startsWith('../') || isAbsolute(what)
}

async function projectOf(folder: string): Promise<LoadedConfig | undefined> {
  return CONFIG_FILES.some((name) => existsSync(resolve(folder, name))) ? loadConfig(folder) : undefined
}

/** A config that stands in no file. */
function settledConfig(folder: string, config: BosunConfig): LoadedConfig {
  return { folder, path: resolve(folder, 'bosun.config.ts'), file: basename(folder), config }
}

function loadFrom(loaded: LoadedConfig, options: FindWorkerOptions): Promise<LoadedPlugins> {
  return loadPlugins(loaded, options.builtIn, settingsOf(loaded, options).config, 'trial')
}

function settingsOf(
  loaded: LoadedConfig,
  { inline }: FindWorkerOptions,
): Pick<FoundWorker, 'config' | keyof ProjectModels> {
  const { config } = resolveEffectiveConfig(loaded, { isolation: inline ? 'inline' : 'process' })
  return {
    config: RunConfigSchema.parse({ ...config, retry: { ...config.retry, retriesMax: 0 } }),
    ...projectModels(loaded, process.env),
  }
}

function onlyOne(what: string, found: LoadedPlugins, named: string | undefined): LocatedWorker {
  const [first, ...others] = found.workers
  if (first === undefined) throw new BosunError('WORKER_UNKNOWN', { at: what, received: 'a plugin without workers' })
  if (named === undefined && others.length === 0) return first
  const worker = found.workers.find(({ entry }) => entry.name === named)
  if (worker !== undefined) return worker
  if (named !== undefined) throw new BosunError('WORKER_UNKNOWN', { at: named, expected: `one of ${namesOf(found)}` })
  throw new BosunError('USAGE', {
    at: what,
    summary: `It brings several workers: ${namesOf(found)}`,
    fix: `Name one: --worker ${first.entry.name}.`,
  })
}

function namesOf(found: LoadedPlugins): string {
  return found.workers.map(({ entry }) => entry.name).join(', ') || 'no worker at all'
}
