import { BosunError, type AnyWorker, type ServiceNeeds } from '@bosun/core'
import type { Plugin } from '@bosun/sdk'
import type { ServiceIdentifier } from 'inversify'

/** Finds a service by its token; `undefined` when nothing binds it. */
export type FindService = (token: ServiceIdentifier<unknown>) => unknown

/** The services that a worker needs, under its own names. */
export type WorkerServices = Readonly<Record<string, unknown>>

/**
 * What a worker needs of its plugin. A service is made when it is first asked for, and then shared by
 * all attempts that run in this process.
 *
 * @throws PLUGIN_SERVICE_UNBOUND naming worker, name and token
 */
export function servicesOf(worker: AnyWorker, find: FindService): WorkerServices {
  const services = Object.create(null) as Record<string, unknown>
  for (const [name, token] of Object.entries(worker.needs as ServiceNeeds)) {
    const service = find(token)
    if (service === undefined) throw unbound(worker, name, token)
    services[name] = service
  }
  return Object.freeze(services)
}

/**
 * The services of one plugin, for a process that runs nothing else: a container made of its modules,
 * none when no worker needs any. Nothing is made yet.
 *
 * @throws PLUGIN_SERVICE_UNBOUND when no module binds what a worker needs
 */
export async function openServices(plugin: Plugin): Promise<FindService> {
  const needing = plugin.workers.filter((worker) => Object.keys(worker.needs as ServiceNeeds).length > 0)
  if (needing.length === 0) return () => undefined
  // Most plugins have no services, and their hosts start the faster.
  const { Container } = await import('inversify')
  const container = new Container({ defaultScope: 'Singleton' })
  await container.load(...plugin.modules)
  for (const worker of needing) {
    for (const [name, token] of Object.entries(worker.needs as ServiceNeeds)) {
      if (!container.isBound(token)) throw unbound(worker, name, token)
    }
  }
  return (token) => container.get(token, { optional: true })
}

// ---------------------------------------------------------------------------------------------

function unbound(worker: AnyWorker, name: string, token: ServiceIdentifier<unknown>): BosunError {
  const said =
    typeof token === 'symbol' ? (token.description ?? 'a symbol') : typeof token === 'function' ? token.name : token
  return new BosunError('PLUGIN_SERVICE_UNBOUND', {
    at: worker.entry.name,
    expected: `a binding of ${said} for needs.${name}`,
    received: 'none',
  })
}
