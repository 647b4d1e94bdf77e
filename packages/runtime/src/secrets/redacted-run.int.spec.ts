import { fanOut, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { config, ended, expectClean, gate, of, untilFact, world } from '../run/world.fixture.ts'
import { Redactor } from './redactor.ts'

const SECRET = 'canary-of-the-manager'
const redactor = Redactor.of(new Map([['KEY', SECRET]])) as Redactor

describe('a run that knows what is secret', () => {
  it('H10: what people and programs ask of it is recorded without', async () => {
    const { bosun } = await world({ redactor })
    const run = await bosun.run(fanOut<string>({ name: 'none', start: () => [] }), SECRET, { config: config() })
    const steered = run.steer(`use ${SECRET}`).catch(() => {})
    const { facts } = await ended(run, bosun.journal)
    await steered
    expect(JSON.stringify(facts)).not.toContain(SECRET)
    expect(of(facts, 'run.started')).toMatchObject([{ goal: '[redacted]' }])
  })

  it('H10, R2: a manager that decides with a secret in hand is replayed as it was recorded, and does not diverge', async () => {
    const door = gate()
    const waits = defineWorker({
      name: 'waits',
      handles: 'wait',
      summary: 'Waits.',
      body: z.string(),
      result: z.string(),
      run: async ({ body }) => {
        await door.opened
        return body
      },
    })
    const start = () => ['a', 'b'].map((id) => task('wait', `with ${SECRET}`, { id }))
    const leaky = fanOut<null>({ name: 'leaky', start })
    const { bosun } = await world({ workers: [waits], redactor })
    const first = await bosun.run(leaky, null, { config: config({ limits: { slotsMax: 1 } }) })
    await untilFact(first, 'attempt.started')
    await first.pause('to see')
    door.open()
    expect((await first.outcome).end).toBeUndefined()
    const again = await bosun.resume(first.run, { managers: [leaky] })
    const { end, facts } = await ended(again, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed' })
    expect(of(facts, 'attempt.succeeded')).toMatchObject([{ result: 'with [redacted]' }, { result: 'with [redacted]' }])
    expect(JSON.stringify(facts)).not.toContain(SECRET)
    expectClean(facts)
  })
})
