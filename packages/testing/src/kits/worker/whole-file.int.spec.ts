import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const home = join(import.meta.dirname, '../../..')
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
/** Inside of the repository, so that the packages are found; Git ignores it. */
const scratch = join(home, 'test-results')
mkdirSync(scratch, { recursive: true })
const folder = mkdtempSync(join(scratch, 'kits-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DICE = `
import { definePlugin, defineTool, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
const sum = defineTool({
  name: 'dice.sum', summary: 'Adds up a throw.', access: 'read',
  input: z.object({ eyes: z.array(z.int()) }), output: z.int(),
  run: ({ eyes }) => eyes.reduce((all, one) => all + one, 0),
})
const about = { summary: 'Throws dice.', body: z.object({ count: z.int().min(1) }), result: z.object({ total: z.int() }), tools: { sum } }
const run = async ({ body }, { tools, random }) =>
  ({ total: await tools.sum({ eyes: Array.from({ length: body.count }, () => 1 + Math.floor(random() * 6)) }) })
export const player = defineWorker({ ...about, name: 'player', handles: 'throw_dice', examples: [{ body: { count: 2 } }], run })
export const shy = defineWorker({ ...about, name: 'shy', handles: 'hide_dice', run })
export default definePlugin({ name: 'dice', workers: [player, shy], tools: [sum] })
`
const SPEC = `
import { describeWorker } from 'bosun/testing'
import { player, shy } from './dice.ts'
const check = { tools: { 'dice.sum': () => 7 } }
describeWorker(player, { comparable: () => null, check })
describeWorker(shy, { check: false })
`

it('is a test file with one line for each worker, its own tools included', { timeout: 120_000 }, () => {
  writeFileSync(join(folder, 'dice.ts'), DICE)
  writeFileSync(join(folder, 'dice.spec.ts'), SPEC)
  const config = join(home, 'vitest.config.ts')
  const args = ['run', '--root', folder, '--config', config, '--reporter=json', '--outputFile=results.json']
  const { BOSUN_TEST_REPORT: _ours, ...env } = process.env
  spawnSync(process.execPath, [vitest, ...args], { cwd: folder, env })
  const { testResults } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as {
    readonly testResults: readonly {
      readonly assertionResults: readonly { title: string; status: string; failureMessages: string[] }[]
    }[]
  }
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const failed = results.filter(({ status }) => status === 'failed')
  expect(failed.map(({ title }) => title)).toEqual(['shy has an example'])
  expect(failed[0]?.failureMessages[0]).toContain('Write one into its definition: examples: [{ body: …')
  expect(results.filter(({ status }) => status === 'passed').length).toBeGreaterThan(45)
})
