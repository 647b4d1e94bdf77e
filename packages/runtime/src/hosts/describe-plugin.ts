import { BosunError, type AnyWorker, type ServiceNeeds, type ToolUses } from '@bosun/core'
import { checkApiVersion, definePlugin, plainJson, shapeFault } from '@bosun/sdk'
import type { AnyToolHandler, ConfigurablePlugin, Plugin } from '@bosun/sdk'
import { basename, extname } from 'node:path'
import { schemaAsJson } from '../tools/schema-as-json.ts'
import {
  PluginDescriptionSchema,
  type PluginDescription,
  type ToolDescription,
  type WorkerDescription,
} from './host-protocol.ts'
import type { PluginSettings } from './plugin-location.ts'

/**
 * The plugin that a module exports, made from its options if it takes any. A module without a plugin
 * that exports workers is the plugin of these workers.
 *
 * @param at path or specifier of the module
 * @throws PLUGIN_INVALID, PLUGIN_API_VERSION, CONFIG_INVALID for options that do not fit, and for options
 *   of a plugin that takes none
 */
export async function pluginOf(module: unknown, at: string, settings?: PluginSettings): Promise<Plugin> {
  const found = exportedPlugin(module, at)
  checkApiVersion(found.apiVersion, at)
  if (found.kind === 'plugin') {
    if (settings?.options === undefined) return checkedPlugin(found, at)
    throw new BosunError('CONFIG_INVALID', {
      at: settings.at,
      summary: 'The plugin takes no options',
      fix: 'Remove them there.',
    })
  }
  if (typeof found.create !== 'function')
    throw new BosunError('PLUGIN_INVALID', { at: `${at}: create`, expected: 'what definePlugin returns' })
  try {
    return checkedPlugin(await found.create(settings?.options, settings?.at ?? `${at} options`), at)
  } catch (error) {
    throw BosunError.from(error, 'PLUGIN_INVALID', { at: `${at}: create` })
  }
}

function exportedPlugin(module: unknown, at: string): Plugin | ConfigurablePlugin {
  const exported = { ...(module as Readonly<Record<string, unknown>> | null) }
  const found = exported['default'] as Partial<Plugin | ConfigurablePlugin> | null | undefined
  if (typeof found === 'object' && found !== null) {
    if (found.kind === 'plugin' || found.kind === 'configurable-plugin') return found as Plugin | ConfigurablePlugin
  }
  const members = [...new Set(Object.values(exported))]
  const workers = members.filter((member) => isOfKind<AnyWorker>(member, 'worker'))
  if (workers.length > 0) {
    const tools = members.filter((member) => isOfKind<AnyToolHandler>(member, 'tool'))
    return definePlugin({ name: nameOfModule(at), workers, tools })
  }
  throw new BosunError('PLUGIN_INVALID', {
    at,
    expected: 'a default export made by definePlugin, or exported workers',
    received: found === undefined ? 'no default export' : `a default export of type ${typeof found}`,
  })
}

function isOfKind<T extends { readonly kind: string }>(value: unknown, kind: T['kind']): value is T {
  const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isHolder && (value as { readonly kind?: unknown }).kind === kind
}

/** A name for a plugin that states none: its file's. */
function nameOfModule(at: string): string {
  const name = basename(at, extname(at)).toLowerCase()
  return name.replace(/[^a-z0-9._-]/g, '-').replace(/^[^a-z]+/, '') || 'plugin'
}

function checkedPlugin(found: Partial<Plugin>, at: string): Plugin {
  for (const kind of ['workers', 'tools', 'planners', 'managers', 'strategies', 'modules'] as const) {
    if (!Array.isArray(found[kind])) {
      throw new BosunError('PLUGIN_INVALID', { at: `${at}: ${kind}`, expected: 'a list', received: typeof found[kind] })
    }
  }
  for (const [index, worker] of (found.workers ?? []).entries()) {
    if (worker.kind !== 'worker' || typeof worker.run !== 'function') {
      throw new BosunError('PLUGIN_INVALID', { at: `${at}: workers[${index}]`, expected: 'what defineWorker returns' })
    }
  }
  for (const [index, tool] of (found.tools ?? []).entries()) {
    if (tool.kind !== 'tool' || typeof tool.handle !== 'function') {
      throw new BosunError('PLUGIN_INVALID', { at: `${at}: tools[${index}]`, expected: 'what defineTool returns' })
    }
  }
  return found as Plugin
}

/** A plugin as plain data, checked as what a stranger says. @throws PLUGIN_INVALID */
export function describePlugin(plugin: Plugin, at: string): PluginDescription {
  const description = {
    name: plugin.name,
    apiVersion: plugin.apiVersion,
    workers: plugin.workers.map(describeWorker),
    tools: plugin.tools.map(describeTool),
    brings: {
      planners: plugin.planners.map((planner) => planner.name),
      managers: plugin.managers.map((manager) => manager.name),
      strategies: plugin.strategies.map((strategy) => strategy.name),
      // Modules that serve workers stay in the host with them.
      modulesCount: plugin.workers.some(needsServices) ? 0 : plugin.modules.length,
    },
  }
  const parsed = PluginDescriptionSchema.safeParse(description)
  if (parsed.success) return parsed.data
  throw new BosunError('PLUGIN_INVALID', { at, received: shapeFault(parsed.error) })
}

function needsServices(worker: AnyWorker): boolean {
  return Object.keys(worker.needs as ServiceNeeds).length > 0
}

function describeWorker(worker: AnyWorker): WorkerDescription {
  return {
    entry: worker.entry,
    tools: Object.fromEntries(
      Object.entries(worker.tools as ToolUses).map(([name, { tool, specifier }]) => [
        name,
        specifier === undefined ? { tool } : { tool, specifier },
      ]),
    ),
    bodySchema: schemaAsJson(worker.body),
    resultSchema: schemaAsJson(worker.result),
    hasOutputs: worker.outputs !== undefined,
    // As JSON carries it, so that members that are absent here are absent there.
    examples: plainJson(worker.examples, 'PLUGIN_INVALID', `examples of ${worker.entry.name}`) as never,
  }
}

function describeTool({ declaration: { name, summary, access } }: AnyToolHandler): ToolDescription {
  return { name, summary, access }
}
