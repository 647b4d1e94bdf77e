import type { Fact } from '@bosun/core'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { bosunIn } from './real-engine.fixture.ts'

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-helpers-')))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const HELPERS = `
import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
const ways = {
  work: () => 'done',
  crash: () => process.exit(7),
  spin: () => { for (;;) {} },
  hang: () => new Promise(() => {}),
  wait: () => new Promise(() => {}),
  throw: () => { throw new Error('on purpose') },
}
export default definePlugin({
  name: 'helpers',
  workers: Object.entries(ways).map(([name, run]) =>
    defineWorker({ name, summary: 'Ends in its own way.', handles: name, body: z.null(), result: z.string(), run })),
})
`

/** How a task ended, by the code of its end. */
function endsIn(facts: readonly Fact[]): Readonly<Record<string, string>> {
  const ends = facts.flatMap((fact): [string, string][] => {
    if (fact.type === 'task.failed' || fact.type === 'task.lost') return [[fact.task, fact.error.code]]
    if (fact.type === 'task.cancelled') return [[fact.task, 'cancelled']]
    return fact.type === 'task.succeeded' ? [[fact.task, 'succeeded']] : []
  })
  return Object.fromEntries(ends)
}

// That one that never connects settles with HOST_START_FAILED is shown where hosts are.
it(
  'M-34: helper processes that crash, throw, fall silent, exceed their time or are stopped settle with a reason each',
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(join(scratch, 'p-'))
    const files = {
      'bosun.config.json': JSON.stringify({
        plugins: ['./plugins/helpers.js'],
        manager: 'fanOut',
        planner: 'files',
        retry: { retriesMax: 0 },
        lease: { leaseMs: 3_000, heartbeatMs: 100, killAfterMs: 100 },
        limits: { slotsMax: 6 },
      }),
      'plugins/helpers.js': HELPERS,
      'plan.json': JSON.stringify({
        tasks: ['work', 'crash', 'spin', 'hang', 'wait', 'throw'].map((type) => ({
          id: type,
          type,
          ...(type === 'hang' ? { limits: { timeoutMs: 500 } } : {}),
        })),
      }),
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const logged = async () => {
      const { stdout } = await bosunIn(folder, 'log', 'last', '--json')
      return stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Fact] : []))
    }
    const ran = bosunIn(folder, 'run')
    // All but the one that waits to be stopped.
    while (Object.keys(endsIn(await logged())).length < 5);
    await bosunIn(folder, 'cancel', 'last', '--reason', 'enough')
    expect((await ran).code).toBe(130)
    const ends = endsIn(await logged())
    expect(ends).toEqual({
      work: 'succeeded',
      crash: 'HOST_DIED',
      spin: 'BEAT_MISSED',
      hang: 'ATTEMPT_TIMED_OUT',
      throw: 'WORKER_THREW',
      wait: 'cancelled',
    })
    const shown = (await bosunIn(folder, 'show', 'last')).stdout
    expect(shown).toMatch(/^crash .*exit code 7/m)
  },
)
