import { BosunError, type AnyWorker, type Json, type ToolUses } from '@bosun/core'
import { plainJson, shapeFault } from '@bosun/sdk'
import type { Plugin } from '@bosun/sdk'
import { z } from 'zod'
import { PluginDescriptionSchema, type PluginDescription, type WorkerDescription } from './host-protocol.ts'

/** Version of the plugin API that this runtime runs. */
const API_VERSION = 1

/**
 * The plugin that a module exports.
 *
 * @throws PLUGIN_INVALID, PLUGIN_API_VERSION
 */
export function pluginOf(module: unknown, at: string): Plugin {
  const found = (module as { default?: unknown } | null)?.default as Partial<Plugin> | null | undefined
  if (typeof found !== 'object' || found === null || found.kind !== 'plugin') {
    throw new BosunError('PLUGIN_INVALID', {
      at,
      expected: 'a default export made by definePlugin',
      received: found === undefined ? 'no default export' : `a default export of type ${typeof found}`,
    })
  }
  if (found.apiVersion !== API_VERSION) {
    throw new BosunError('PLUGIN_API_VERSION', {
      at,
      expected: `${API_VERSION}`,
      received: `${String(found.apiVersion)}`,
    })
  }
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
  return found as Plugin
}

/** A plugin as plain data, checked as what a stranger says. @throws PLUGIN_INVALID */
export function describePlugin(plugin: Plugin, at: string): PluginDescription {
  const description = {
    name: plugin.name,
    apiVersion: plugin.apiVersion,
    workers: plugin.workers.map(describeWorker),
    brings: {
      tools: plugin.tools.map((tool) => tool.declaration.name),
      planners: plugin.planners.map((planner) => planner.name),
      managers: plugin.managers.map((manager) => manager.name),
      strategies: plugin.strategies.map((strategy) => strategy.name),
      modulesCount: plugin.modules.length,
    },
  }
  const parsed = PluginDescriptionSchema.safeParse(description)
  if (parsed.success) return parsed.data
  throw new BosunError('PLUGIN_INVALID', { at, received: shapeFault(parsed.error) })
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
    bodySchema: jsonSchema(worker.body),
    resultSchema: jsonSchema(worker.result),
    hasOutputs: worker.outputs !== undefined,
    examples: worker.examples.map(({ name, body }) => ({
      ...(name === undefined ? {} : { name }),
      body: plainJson(body, 'PLUGIN_INVALID', `example of ${worker.entry.name}`),
    })),
  }
}

/** A schema for people and models to read; validation never uses it, so what cannot be told is left open. */
function jsonSchema(schema: z.ZodType): Json {
  try {
    return plainJson(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }), 'PLUGIN_INVALID', 'schema')
  } catch {
    return {}
  }
}
