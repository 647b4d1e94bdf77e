import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fanOut, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { config, ended, expectClean, of, temporaryFolder, world, write } from './world.fixture.ts'

const page = (name: string) => task('write_page', name, { id: name, outputs: [`${name}.html`] })

it('M-44: a stuck attempt gets a twin under its own key, whose files alone are published, and nothing is left of it', async () => {
  const folder = temporaryFolder()
  const workspace = join(folder, 'workspace')
  mkdirSync(workspace)
  const keys: string[] = []
  const writer = defineWorker({
    name: 'writer',
    summary: 'Writes a page; the first time that it begins the page stuck, it hangs.',
    handles: 'write_page',
    effects: 'keyed',
    body: z.string(),
    result: z.string(),
    tools: { write },
    async run({ body }, { attempt: { id }, tools, signal, idempotencyKey }) {
      if (body === 'stuck') keys.push(idempotencyKey)
      await tools.write({ path: `${body}.html`, text: id })
      if (body === 'stuck' && keys.length === 1) {
        await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
      }
      return id
    },
  })
  const pages = fanOut({ name: 'pages', start: () => ['one', 'two', 'stuck'].map(page) })
  const { bosun } = await world({ folder, workspace, workers: [writer] })
  const hedge = { hedgesMax: 1, samplesMin: 2, afterMsMin: 20 }
  const run = await bosun.run(pages, null, { run: 'r', config: config({ limits: { slotsMax: 2 }, hedge }) })
  const { end, facts } = await ended(run, bosun.journal)

  expect(end).toMatchObject({ type: 'run.completed', tally: { total: 4, succeeded: 4 }, waived: [] })
  expect(keys).toEqual(['r/stuck', 'r/stuck'])
  expect(of(facts, 'result.handed')).toMatchObject([{ task: 'stuck', twin: 'stuck~twin', twinEpoch: 1 }])
  // Which of the two that run side by side is first, nobody knows.
  const published = of(facts, 'outputs.published').map(({ task: id }) => id)
  expect(published.toSorted()).toEqual(['one', 'stuck~twin', 'two'])
  expect(readFileSync(join(workspace, 'stuck.html'), 'utf8')).toBe('r/stuck~twin@1')
  expect(run.view.task('stuck')).toMatchObject({ result: 'r/stuck~twin@1', status: 'succeeded' })
  expect(existsSync(join(folder, '.bosun/staging/r'))).toBe(false)
  expectClean(facts)
})
