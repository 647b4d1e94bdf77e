import { BosunError, type AnyWorker, type Manager, type Planner, type Strategy } from '@bosun/core'
import type { ContainerModule } from 'inversify'
import type { ToolHandler } from '../tools/define-tool.ts'

/** Version of the plugin API that this SDK speaks. */
export const PLUGIN_API_VERSION = 1

// Managers and tools of any goal, input and output are listed side by side.
// oxlint-disable-next-line typescript/no-explicit-any
type AnyManager = Manager<any, any>
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyToolHandler = ToolHandler<any, any>

/** A plugin is data: what it brings, by kind. */
export interface Plugin {
  readonly kind: 'plugin'
  readonly name: string
  readonly apiVersion: number
  readonly workers: readonly AnyWorker[]
  readonly tools: readonly AnyToolHandler[]
  readonly planners: readonly Planner[]
  readonly managers: readonly AnyManager[]
  readonly strategies: readonly Strategy[]
  readonly modules: readonly ContainerModule[]
}

/**
 * Defines a plugin. It is the default export of the module that a config names.
 *
 * Workers run in hosts of their own; tools, planners, managers, strategies and modules run in the
 * process of the run and need a trusted plugin.
 *
 * @throws PLUGIN_INVALID, PLUGIN_API_VERSION
 * @example
 * export default definePlugin({ name: 'greetings', workers: [greeter] })
 */
export function definePlugin(
  options: { readonly name: string; readonly apiVersion?: number } & Partial<
    Omit<Plugin, 'kind' | 'name' | 'apiVersion'>
  >,
): Plugin {
  if (!/^[@a-z][a-z0-9@/._-]*$/.test(options.name)) {
    throw new BosunError('PLUGIN_INVALID', {
      at: 'name',
      expected: 'a package-like name',
      received: JSON.stringify(options.name),
    })
  }
  const apiVersion = options.apiVersion ?? PLUGIN_API_VERSION
  if (apiVersion !== PLUGIN_API_VERSION) {
    throw new BosunError('PLUGIN_API_VERSION', {
      at: options.name,
      expected: `${PLUGIN_API_VERSION}`,
      received: `${apiVersion}`,
    })
  }
  return {
    kind: 'plugin',
    name: options.name,
    apiVersion,
    workers: options.workers ?? [],
    tools: options.tools ?? [],
    planners: options.planners ?? [],
    managers: options.managers ?? [],
    strategies: options.strategies ?? [],
    modules: options.modules ?? [],
  }
}
