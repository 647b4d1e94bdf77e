import { always, sometimes, type Strategy } from '@bosun/core'
import { composeStrategy } from '@bosun/kernel'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { randomChoices } from '../choices/random-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from './simulator.ts'

const strategyThatSays = (say: (key: number) => void): Strategy =>
  composeStrategy({
    name: 'talkative',
    order: {
      name: 'by-id',
      key: (task) => {
        say(task.spec.id.length)
        return 0
      },
    },
  })

const run = (strategy: Strategy) =>
  createSimulator(settingOf({ kind: 'strategy', strategy })).run(randomChoices(1, { faultsMax: 0 }))

describe('assertions in code under check', () => {
  it('an always that does not hold ends the schedule as a violation of its label', () => {
    const whole = run(strategyThatSays(() => undefined))
    const end = run(strategyThatSays((key) => always(key > 99, 'ids are long')))
    expect(end.violation).toMatchObject({ invariant: 'U-ids are long', clause: 'always' })
    expect(end.facts).toBeLessThan(whole.facts)
  })

  it('an always that does not hold is told before the error that follows from it', () => {
    const end = run(
      strategyThatSays(() => {
        always(false, 'never here')
        throw new Error('because of it')
      }),
    )
    expect(end).toMatchObject({ violation: { invariant: 'U-never here' } })
    expect(end.fault).toBeUndefined()
  })

  it('what held at least once, and what never did, is kept by label', () => {
    const end = run(
      strategyThatSays((key) => {
        always(key > 0, 'ids are not empty')
        sometimes(key > 99, 'a long id')
        sometimes(key < 99, 'a short id')
      }),
    )
    expect(end.assertions).toEqual({ 'ids are not empty': true, 'a long id': false, 'a short id': true })
  })

  it('a worker that waits is heard as well', async () => {
    const worker = defineWorker({
      name: 'w',
      summary: 'Waits.',
      handles: 'work',
      body: z.string(),
      result: z.null(),
      examples: [{ body: 'a' }],
      async run(_task, { clock }) {
        await clock.sleep(10)
        always(false, 'after the wait')
        return null
      },
    })
    const end = await createSimulator(settingOf({ kind: 'worker', worker })).runAsync(randomChoices(1))
    expect(end.violation?.invariant).toBe('U-after the wait')
  })
})
