import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { RunConfigSchema, type ToolUses } from '@bosun/core'
import { expect, it } from 'vitest'
import { assignment } from '../broker/workers-side.fixture.ts'
import hostile from '../hosts/hostile-plugin.fixture.ts'
import { hostilePlugin } from '../hosts/hosted-side.fixture.ts'
import { hostedWorkers } from './hosted-workers.ts'

it('P11: no attempt waits for a host, however the attempts that may share one are spread over plugins', async () => {
  const twin = join(mkdtempSync(join(tmpdir(), 'bosun-twin-')), 'twin.mjs')
  writeFileSync(twin, `export { default } from ${JSON.stringify(hostilePlugin.entry)}`)
  const places = { hang: hostilePlugin, echo: { specifier: './twin.mjs', entry: twin, folder: dirname(twin) } }
  const workers = Object.entries(places).map(([name, location]) => {
    const found = hostile.workers.find(({ entry }) => entry.name === name)
    if (found === undefined) throw new Error(name)
    return { entry: found.entry, tools: found.tools as ToolUses, location, bodySchema: {} }
  })
  const config = RunConfigSchema.parse({ limits: { slotsMax: 2 } })
  const hosted = hostedWorkers({ workers }, config, { attemptsPerHost: 2 })
  const run = (name: string): Promise<unknown> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const sinks = { started: () => name === 'hang' && resolve('started'), result: resolve, error: reject, lost: reject }
    const task = assignment(name, { id: name, body: 'served' })
    hosted.workers.get(name)?.executor.run(task, { ...sinks, beat: () => {}, abandoned: () => {} } as never)
    return promise
  }
  expect(await run('hang')).toBe('started')
  expect(await run('echo')).toBe('served')
  await hosted.close()
})
