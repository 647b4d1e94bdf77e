import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Fact, Json } from '@bosun/core'
import { fanOut, task } from '@bosun/managers'
import { definePlugin, defineWorker } from '@bosun/sdk'
import { ContainerModule, type ServiceIdentifier } from 'inversify'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { pluginManifest, projectFolder } from '../hosts/plugin-folder.fixture.ts'
import { config, ended, of, world } from '../run/world.fixture.ts'
import { createContainer } from '../wiring/create-container.ts'
import { embedded } from '../wiring/embedded.ts'
import { plugins } from '../wiring/plugins.ts'
import { Bosun } from '../wiring/bosun.ts'
import { openProject } from './open-project.ts'

const NODE_MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url))

/** A plugin whose worker counts with a service that one of its modules binds, or that none does. */
const counter = (modules: string) => `
import { definePlugin, defineWorker } from '@bosun/sdk'
import { ContainerModule } from 'inversify'
import { z } from 'zod'
class Counter { count = 0; next() { return ++this.count } }
const Db = Symbol.for('counter.Db')
const bound = new ContainerModule(({ bind }) => { bind(Db).to(Counter) })
const worker = defineWorker({
  name: 'counter', summary: 'Counts.', handles: 'count', body: z.null(), result: z.json(),
  needs: { db: Db },
  run: (_, { needs }) => [needs.db.next(), process.pid, Object.keys(needs)],
})
export default definePlugin({ name: 'counter', workers: [worker], modules: ${modules} })
`

async function counted(modules: string): Promise<Json[]> {
  const folder = projectFolder({
    'plugins/counter/package.json': pluginManifest(
      { apiVersion: 1 },
      { dependencies: { '@bosun/sdk': '*', zod: '*', inversify: '*' } },
    ),
    'plugins/counter/index.js': counter(modules),
    'bosun.config.json': JSON.stringify({ plugins: ['./plugins/counter'], manager: 'fanOut' }),
  })
  symlinkSync(join(NODE_MODULES, 'inversify'), join(folder, 'node_modules/inversify'))
  const tasks = ['a', 'b'].map((id) => ({ id, type: 'count', body: null }))
  await using project = await openProject(folder, {
    planner: { name: 'fixed', plan: () => ({ tasks }) },
    concurrency: 1,
    retries: 0,
  })
  const run = await project.start({ goal: undefined })
  const facts: Fact[] = []
  run.facts$.subscribe((fact) => facts.push(fact))
  await run.outcome
  return of(facts, 'attempt.succeeded').map(({ result }) => result)
}

describe('the services that a worker needs', () => {
  it('come from the modules of its plugin, in the host that runs it, one for all attempts there', async () => {
    const pid = expect.any(Number) as number
    const results = await counted('[bound]')
    expect(results).toEqual([
      [1, pid, ['db']],
      [2, pid, ['db']],
    ])
    expect(JSON.stringify(results)).not.toContain(`${process.pid}`)
  })

  it('are missed before anything starts, by worker, name and token', async () => {
    await expect(counted('[]')).rejects.toMatchObject({
      code: 'PLUGIN_SERVICE_UNBOUND',
      message: expect.stringMatching(/counter.*counter\.Db.*needs\.db/),
    })
  })

  it('do not let an untrusted plugin bring modules that no worker needs', async () => {
    const source = counter('[bound]').replace('needs: { db: Db },', '').replace('needs.db.next()', '1')
    const folder = projectFolder({
      'plugins/counter/package.json': pluginManifest({ apiVersion: 1 }),
      'plugins/counter/index.js': source,
      'bosun.config.json': JSON.stringify({ plugins: ['./plugins/counter'], manager: 'fanOut' }),
    })
    symlinkSync(join(NODE_MODULES, 'inversify'), join(folder, 'node_modules/inversify'))
    await expect(openProject(folder)).rejects.toMatchObject({ code: 'PLUGIN_UNTRUSTED' })
  })

  describe('in this process', () => {
    interface Words {
      readonly of: (name: string) => string
    }
    const Words = Symbol.for('greeter.Words') as ServiceIdentifier<Words>
    const bound = new ContainerModule(({ bind }) => {
      bind(Words).toConstantValue({ of: (name: string) => `Hello, ${name}` })
    })
    const greeter = defineWorker({
      name: 'greeter',
      handles: 'greet',
      summary: 'Greets.',
      body: z.string(),
      result: z.string(),
      needs: { words: Words },
      run: ({ body }, { needs }) => needs.words.of(body),
    })
    const greet = fanOut<string>({ name: 'greet', start: (name) => [task('greet', name, { id: 'one' })] })

    it('come from the container of the run', async () => {
      const { bosun } = await world({ workers: [greeter], modules: [bound] })
      const { facts } = await ended(await bosun.run(greet, 'Ada', { config: config() }), bosun.journal)
      expect(of(facts, 'attempt.succeeded')).toMatchObject([{ result: 'Hello, Ada' }])
    })

    it('are missed when the container is asked for the engine', async () => {
      const folder = projectFolder({})
      const container = await createContainer(
        embedded({ folder, stateDir: join(folder, '.bosun'), journal: 'memory' }),
        plugins(definePlugin({ name: 'greeter', workers: [greeter] })),
      )
      expect(() => container.get(Bosun)).toThrow(expect.objectContaining({ code: 'PLUGIN_SERVICE_UNBOUND' }))
    })
  })
})
