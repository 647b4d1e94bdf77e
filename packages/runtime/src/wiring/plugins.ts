import { Manager, Planner, Strategy, Worker } from '@bosun/core'
import type { AnyToolHandler, Plugin } from '@bosun/sdk'
import { ContainerModule, type ServiceIdentifier } from 'inversify'

/** The code behind the tools that workers may name. */
export const ToolHandlers: ServiceIdentifier<AnyToolHandler> = Symbol.for('bosun.ToolHandlers')

/**
 * Binds what trusted plugins bring: workers, tools, planners, managers and strategies, and their own
 * modules. Workers bound this way run in this process.
 */
export function plugins(...list: readonly Plugin[]): ContainerModule {
  return new ContainerModule(async (options) => {
    const { bind } = options
    for (const plugin of list) {
      for (const worker of plugin.workers) bind(Worker).toConstantValue(worker)
      for (const tool of plugin.tools) bind(ToolHandlers).toConstantValue(tool)
      for (const planner of plugin.planners) bind(Planner).toConstantValue(planner)
      for (const manager of plugin.managers) bind(Manager).toConstantValue(manager)
      for (const strategy of plugin.strategies) bind(Strategy).toConstantValue(strategy)
      // oxlint-disable-next-line no-await-in-loop
      for (const module of plugin.modules) await module.load(options)
    }
  })
}
