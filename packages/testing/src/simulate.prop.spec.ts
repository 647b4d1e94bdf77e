import { defineInvariant, finding } from '@bosun/invariants'
import { composeStrategy } from '@bosun/kernel'
import { defineWorker } from '@bosun/sdk'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'
import { simulate, simulateAsync } from './simulate.ts'

const strategy = composeStrategy({ name: 'mine' })

/** Holds until a task is lost, so that there is something to find in a strategy that is right. */
const nothingIsLost = defineInvariant({
  id: 'MY1',
  title: 'nothing is lost',
  sentence: 'No task is ever lost.',
  clauses: { lost: 'A task was lost.' },
  watches: ['task.lost'],
  initial: () => ({}),
  onFact: (_state, fact) => finding('lost', `${fact.task} was lost`, fact.seq),
})

describe('scenarios', () => {
  it('no scenario breaks an invariant of a strategy that is right', () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        expect(simulate(strategy, { scenario }).end.violation).toBeUndefined()
      }),
      { numRuns: 300 },
    )
  })

  it('without faults, none strikes', () => {
    fc.assert(
      fc.property(scenarios({ faults: [] }), (scenario) => {
        const { events } = simulate(strategy, { scenario, comparesRuns: false })
        expect(events.filter(({ type }) => type === 'world.fault')).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  it('shrink as the harness does, and print the timeline of what is left', () => {
    const found = fc.check(
      fc.property(scenarios(), (scenario) => {
        const { end } = simulate(strategy, { scenario, ownInvariants: [nothingIsLost] })
        return end.violation?.invariant !== 'MY1'
      }),
      { numRuns: 2_000, seed: 1 },
    )
    expect(found.failed).toBe(true)
    const [scenario] = found.counterexample ?? []
    const again = simulate(strategy, { scenario: scenario as Scenario, ownInvariants: [nothingIsLost] })
    expect(again.end.violation?.invariant).toBe('MY1')
    expect(again.end.facts).toBeLessThanOrEqual(20)
    expect(String(scenario)).toMatch(/^scenario b1:[\w-]+\n✗ MY1 nothing is lost: t0 was lost\n/)
  })
})

describe('simulate', () => {
  it('runs the plainest world when nothing else is said: one task, no fault', () => {
    const { end, events, choices } = simulate(strategy)
    expect(end.ended).toBe('run.completed')
    expect(choices).toEqual([])
    expect(events.filter(({ type }) => type === 'task.added')).toHaveLength(1)
  })

  it('D1: gives the same trace for the same seed, and for the scenario that it recorded', () => {
    const scenario = Scenario.ofSeed(7)
    const { hash, choices } = simulate(strategy, { scenario })
    expect(simulate(strategy, { seed: 7 }).hash).toBe(hash)
    expect(simulate(strategy, { scenario: Scenario.ofChoices(choices) }).hash).toBe(hash)
    const [, replay = ''] = /^scenario (\S+)/.exec(String(scenario)) ?? []
    expect(simulate(strategy, { replay }).hash).toBe(hash)
  })

  it('refuses a replay string that is damaged, or of other options', () => {
    const scenario = Scenario.ofSeed(7)
    simulate(strategy, { scenario })
    const replay = String(scenario).split(/\s/)[1] ?? ''
    expect(() => simulate(strategy, { replay: replay.slice(0, -2) })).toThrow(
      expect.objectContaining({ code: 'REPLAY_INVALID' }),
    )
    expect(() => simulate(strategy, { replay, scope: { tasksMax: 3 } })).toThrow(
      expect.objectContaining({ code: 'REPLAY_STALE' }),
    )
  })

  it('waits for code that waits, and says so where it cannot', async () => {
    const sleeper = defineWorker({
      name: 'sleeper',
      summary: 'Sleeps.',
      handles: 'sleep',
      body: z.number(),
      result: z.number(),
      examples: [{ body: 50 }],
      async run({ body }, { clock }) {
        await clock.sleep(body)
        return body
      },
    })
    expect(() => simulate(sleeper)).toThrow(expect.objectContaining({ code: 'SUBJECT_ASYNC' }))
    const { end, events } = await simulateAsync(sleeper)
    expect(end.ended).toBe('run.completed')
    expect(events).toContainEqual(expect.objectContaining({ type: 'attempt.succeeded', result: 50 }))
  })
})
