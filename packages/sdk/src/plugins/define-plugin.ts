import { BosunError, type AnyWorker, type Manager, type Planner, type Strategy } from '@bosun/core'
import type { ContainerModule } from 'inversify'
import type { z } from 'zod'
import { placedFault } from '../attempts/shape-fault.ts'
import { asZod, type Schema } from '../schemas/as-zod.ts'
import type { ToolHandler } from '../tools/define-tool.ts'

/** Version of the plugin API that this SDK speaks. */
export const PLUGIN_API_VERSION = 1

// Managers and tools of any goal, input and output are listed side by side.
// oxlint-disable-next-line typescript/no-explicit-any
type AnyManager = Manager<any, any>
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyToolHandler = ToolHandler<any, any>

/** What a plugin brings, by kind. */
export interface PluginParts {
  readonly workers: readonly AnyWorker[]
  readonly tools: readonly AnyToolHandler[]
  readonly planners: readonly Planner[]
  readonly managers: readonly AnyManager[]
  readonly strategies: readonly Strategy[]
  readonly modules: readonly ContainerModule[]
}

/** A plugin is data: what it brings, by kind. */
export interface Plugin extends PluginParts {
  readonly kind: 'plugin'
  readonly name: string
  readonly apiVersion: number
}

/** A plugin that is made from options, which the config states beside its specifier. */
export interface ConfigurablePlugin {
  readonly kind: 'configurable-plugin'
  readonly name: string
  readonly apiVersion: number
  readonly options: z.ZodType
  /**
   * The plugin with these options; none count as `{}`.
   *
   * @param at what the options are called in messages. @defaultValue `NAME options`
   * @throws CONFIG_INVALID with the path of the first fault, and no value, since options may hold secrets
   */
  create(options?: unknown, at?: string): Promise<Plugin>
}

interface PluginAbout {
  /** Package-like: `@acme/bosun-git`. */
  readonly name: string
  /** @defaultValue the version of this SDK */
  readonly apiVersion?: number
}

/** A plugin that brings the same whatever the config says. */
export interface PluginOptions extends PluginAbout, Partial<PluginParts> {
  readonly options?: undefined
  readonly create?: undefined
}

/** A plugin that is configured: `{ use: './plugins/git', options: { remote: 'origin' } }`. */
export interface ConfigurablePluginOptions<O, Input = unknown> extends PluginAbout {
  /** Schema of the options. */
  readonly options: Schema<O, Input>
  /** Called once per process that needs the plugin: its hosts, and the process of the run if it is trusted. */
  readonly create: (options: NoInfer<O>) => Partial<PluginParts> | Promise<Partial<PluginParts>>
}

/**
 * Defines a plugin. It is the default export of the module that a config names.
 *
 * Workers, and tools that only they use, run in hosts of their own; planners, managers and strategies
 * run in the process of the run and need a trusted plugin. Modules bind the services that workers
 * need: they are loaded in the hosts of the plugin, and if it is trusted in the process of the run as
 * well. Modules of an untrusted plugin whose workers need nothing are refused.
 *
 * @throws PLUGIN_INVALID, PLUGIN_API_VERSION
 * @example
 * export default definePlugin({ name: 'greetings', workers: [greeter] })
 * @example
 * export default definePlugin({
 *   name: 'greetings',
 *   options: z.object({ language: z.string() }),
 *   create: ({ language }) => ({ workers: [greeterIn(language)] }),
 * })
 */
export function definePlugin(options: PluginOptions): Plugin
export function definePlugin<O, Input = unknown>(options: ConfigurablePluginOptions<O, Input>): ConfigurablePlugin
export function definePlugin(options: PluginOptions | ConfigurablePluginOptions<unknown>): Plugin | ConfigurablePlugin {
  const { name, apiVersion = PLUGIN_API_VERSION } = options
  if (!/^[@a-z][a-z0-9@/._-]*$/.test(name)) {
    throw new BosunError('PLUGIN_INVALID', {
      at: 'name',
      expected: 'a package-like name',
      received: JSON.stringify(name),
    })
  }
  checkApiVersion(apiVersion, name)
  if (options.create === undefined) return { kind: 'plugin', name, apiVersion, ...partsOf(options) }
  const { create } = options
  const schema = asZod(options.options, `plugin ${name}: options`)
  return {
    kind: 'configurable-plugin',
    name,
    apiVersion,
    options: schema,
    async create(given = {}, at = `${name} options`) {
      const parsed = schema.safeParse(given)
      if (!parsed.success) throw invalidOptions(parsed.error, at)
      return { kind: 'plugin', name, apiVersion, ...partsOf(await create(parsed.data)) }
    },
  }
}

/**
 * Refuses a plugin that was made for another version of the API, and says which of the two is older.
 *
 * @param at where the version stands
 * @throws PLUGIN_API_VERSION
 */
export function checkApiVersion(version: unknown, at: string): void {
  if (version === PLUGIN_API_VERSION) return
  const isNumber = Number.isInteger(version)
  const fix = !isNumber
    ? `Write apiVersion: ${PLUGIN_API_VERSION}.`
    : (version as number) > PLUGIN_API_VERSION
      ? 'Update Bosun, or install an older version of the plugin.'
      : 'Install a newer version of the plugin.'
  throw new BosunError('PLUGIN_API_VERSION', {
    at,
    expected: `${PLUGIN_API_VERSION}`,
    received: isNumber ? `${String(version)}` : (JSON.stringify(version) ?? typeof version),
    fix,
  })
}

// ---------------------------------------------------------------------------------------------

function partsOf(parts: Partial<PluginParts>): PluginParts {
  return {
    workers: parts.workers ?? [],
    tools: parts.tools ?? [],
    planners: parts.planners ?? [],
    managers: parts.managers ?? [],
    strategies: parts.strategies ?? [],
    modules: parts.modules ?? [],
  }
}

function invalidOptions(error: z.ZodError, at: string): BosunError {
  const { place, message } = placedFault(error)
  return new BosunError('CONFIG_INVALID', {
    at: `${at}${place}`,
    summary: `The options of the plugin do not fit: ${message}`,
    fix: 'Correct them there.',
  })
}
