import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { task, fanOut } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { OutputPublisher } from '../run/run-ports.ts'
import { config, gate, pass, rebound, temporaryFolder, world, write } from '../run/world.fixture.ts'

const page = defineWorker({
  name: 'page',
  handles: 'page',
  summary: 'Writes a page, or fails after it has.',
  body: z.strictObject({ path: z.string(), fails: z.boolean() }),
  result: z.null(),
  tools: { write },
  async run({ body }, { tools }) {
    await tools.write({ path: body.path, text: body.path })
    if (body.fails) throw new Error('not today')
    return null
  },
})

it('T-33: when a run has ended, its outputs are in the workspace and nothing is left in staging', async () => {
  const folder = temporaryFolder()
  const { bosun } = await world({ folder, workers: [page] })
  const manager = fanOut({
    name: 'pages',
    start: () => [
      task('page', { path: 'a.html', fails: false }, { id: 'a', outputs: ['a.html'] }),
      task('page', { path: 'b.html', fails: true }, { id: 'b', outputs: ['b.html'] }),
    ],
  })
  const run = await bosun.run(manager as never, null, { run: 'r1', config: config({ retry: { retriesMax: 0 } }) })
  expect((await run.outcome).end?.type).toBe('run.failed')
  await bosun.close()
  expect(readFileSync(join(folder, 'a.html'), 'utf8')).toBe('a.html')
  expect(existsSync(join(folder, 'b.html'))).toBe(false)
  expect(existsSync(join(folder, '.bosun/staging/r1'))).toBe(false)
})

it('T-33: what an accepted attempt staged stays until its publication has ended, also when its run is cancelled', async () => {
  const steps: string[] = []
  const reached = gate()
  const hold = gate()
  const publisher: OutputPublisher = {
    async publish() {
      reached.open()
      await hold.opened
      steps.push('published')
      return []
    },
    async discardRun() {
      steps.push('discarded')
    },
  }
  const { bosun } = await world({ workers: [page], modules: [rebound(OutputPublisher, publisher)] })
  const manager = fanOut({
    name: 'pages',
    start: () => [task('page', { path: 'a.html', fails: false }, { id: 'a', outputs: ['a.html'] })],
  })
  const run = await bosun.run(manager as never, null, { config: config() })
  await reached.opened
  await run.cancel('enough')
  await pass()
  hold.open()
  await run.outcome
  expect(steps).toEqual(['published', 'discarded'])
})
