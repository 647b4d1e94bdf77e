import { Clock, Journal, Telemetry } from '@bosun/core'
import { ContainerModule } from 'inversify'
import { describe, expect, it } from 'vitest'
import { MemoryJournal } from '../journal/memory-journal.ts'
import { temporaryFolder } from '../run/world.fixture.ts'
import { createContainer } from './create-container.ts'
import { embedded } from './embedded.ts'

const memory = () => embedded({ folder: temporaryFolder(), stateDir: temporaryFolder(), journal: 'memory' })
const silent: Telemetry = { facts: () => {} }

describe('createContainer', () => {
  it('names the contract that nothing binds', async () => {
    await expect(createContainer()).rejects.toMatchObject({ code: 'CONTRACT_UNBOUND', at: 'Clock' })
    const unbinding = new ContainerModule(async ({ unbind }) => unbind(Journal))
    await expect(createContainer(memory(), unbinding)).rejects.toMatchObject({
      code: 'CONTRACT_UNBOUND',
      at: 'Journal',
    })
  })

  it('lets a later module override a single contract, and adds up those that are bound many times', async () => {
    const journal = new MemoryJournal()
    const mine = new ContainerModule(({ bind }) => {
      bind(Journal).toConstantValue(journal)
      bind(Telemetry).toConstantValue(silent)
      bind(Telemetry).toConstantValue(silent)
    })
    const more = new ContainerModule(({ bind }) => {
      bind(Telemetry).toConstantValue(silent)
    })
    const container = await createContainer(memory(), mine, more)
    expect(container.get(Journal)).toBe(journal)
    expect(container.getAll(Telemetry)).toHaveLength(3)
  })

  it('refuses a module that binds a single contract twice', async () => {
    const twice = new ContainerModule(({ bind }) => {
      bind(Journal).toConstantValue(new MemoryJournal())
      bind(Journal).toConstantValue(new MemoryJournal())
    })
    await expect(createContainer(memory(), twice)).rejects.toMatchObject({ code: 'CONTRACT_AMBIGUOUS', at: 'Journal' })
  })

  it('is sealed: no later change goes unnoticed', async () => {
    const container = await createContainer(memory())
    const sealed = expect.objectContaining({ code: 'CONTAINER_SEALED' })
    const clock = container.get(Clock)
    for (const change of [
      () => container.bind(Clock),
      () => container.rebind(Clock),
      () => container.rebindAsync(Clock),
      () => container.unbind(Clock),
      () => container.unbindAsync(Clock),
      () => container.unbindAll(),
      () => container.load(),
      () => container.unload(),
    ]) {
      expect(change).toThrow(sealed)
    }
    expect(container.get(Clock)).toBe(clock)
  })
})
