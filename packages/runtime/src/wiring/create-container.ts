import { BosunError } from '@bosun/core'
import {
  Container,
  type BindToFluentSyntax,
  type ContainerModule,
  type ContainerModuleLoadOptions,
  type ServiceIdentifier,
} from 'inversify'
import { MANY, REQUIRED } from './contracts.ts'

/**
 * Composes modules into a sealed container. A later module overrides an earlier single binding of
 * the same contract; contracts that are bound many times (workers, telemetry) add up.
 *
 * After that nothing can be rebound: a container that changes under a running system would hand out
 * the old and the new side by side.
 *
 * @throws CONTRACT_UNBOUND when a contract has no binding, CONTRACT_AMBIGUOUS when one module binds a
 * single contract twice, CONTAINER_SEALED on any later change
 * @example
 * const container = await createContainer(embedded({ stateDir: '.bosun', folder: '.' }), plugins(site))
 * const { result } = await container.get(Bosun).run(manager, goal)
 */
export async function createContainer(...modules: readonly ContainerModule[]): Promise<Container> {
  const container = new Container({ defaultScope: 'Singleton' })
  for (const module of modules) {
    // Modules are loaded one after the other, because the order decides what overrides what.
    // oxlint-disable-next-line no-await-in-loop
    await module.load(overriding(container))
  }
  for (const contract of REQUIRED) {
    if (!container.isBound(contract)) throw new BosunError('CONTRACT_UNBOUND', { at: nameOf(contract) })
  }
  return seal(container)
}

/** The module's hands on the container: a first binding of a single contract replaces what earlier modules bound. */
function overriding(container: Container): ContainerModuleLoadOptions {
  const mine = new Set<ServiceIdentifier>()
  const bind = <T>(contract: ServiceIdentifier<T>): BindToFluentSyntax<T> => {
    if (!MANY.has(contract)) {
      if (mine.has(contract)) throw new BosunError('CONTRACT_AMBIGUOUS', { at: nameOf(contract) })
      mine.add(contract)
      if (container.isBound(contract)) container.unbind(contract)
    }
    return container.bind(contract)
  }
  return {
    bind,
    isBound: (contract, options) => container.isBound(contract, options),
    onActivation: (contract, activation) => container.onActivation(contract, activation),
    onDeactivation: (contract, deactivation) => container.onDeactivation(contract, deactivation),
    rebind: (contract) => container.rebind(contract),
    rebindAsync: (contract) => container.rebindAsync(contract),
    unbind: (identifier) => container.unbind(identifier),
    unbindAsync: (identifier) => container.unbindAsync(identifier),
  }
}

const CHANGES = [
  'bind',
  'rebind',
  'rebindAsync',
  'unbind',
  'unbindAsync',
  'unbindAll',
  'load',
  'loadAsync',
  'unload',
  'restore',
] as const

function seal(container: Container): Container {
  for (const change of CHANGES) {
    Object.defineProperty(container, change, {
      value: (contract: unknown) => {
        throw new BosunError('CONTAINER_SEALED', { at: `${change} ${nameOf(contract)}` })
      },
    })
  }
  return container
}

function nameOf(contract: unknown): string {
  if (typeof contract === 'symbol') return (contract.description ?? '').replace(/^bosun\./, '')
  return typeof contract === 'function' ? contract.name : String(contract)
}
