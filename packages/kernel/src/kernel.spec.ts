import { describe, expect, it } from 'vitest'
import { decide } from './decide/decide.ts'
import { delegate, finish, story, task, types } from './kernel.fixture.ts'
import { createKernel, foldKernel } from './kernel.ts'
import { composeStrategy } from './strategies/compose-strategy.ts'

describe('a strategy that steals what none places, or places no number of tasks', () => {
  it.each([
    { ahead: -1, steal: false },
    { ahead: 0.5, steal: false },
    { ahead: NaN, steal: true },
    { ahead: 0, steal: true },
  ])('is refused by name: %o', (dispatch) => {
    expect(() => createKernel(composeStrategy({ name: 'eager', dispatch }))).toThrow(
      expect.objectContaining({ code: 'PLUGIN_INVALID', at: 'strategy "eager".dispatch' }) as Error,
    )
  })
})

describe('a folded run', () => {
  it('goes on as the live one would (T-04, R2)', () => {
    const run = story({ retry: { retriesMax: 1 } }).plan('a', 'b', task('c', { dependsOn: ['a'] }))
    run.fail('a')
    run.succeed('b')
    const folded = foldKernel(run.kernel.strategy, run.facts)
    const tick = { type: 'tick', at: run.at + 200 } as const
    const facts = decide(folded, tick)
    expect(facts).toEqual(decide(run.kernel, tick))
    expect(types(facts)).toEqual(['task.assigned'])
  })

  it('does not cancel again what was added after a failure under fail-fast', () => {
    const run = story({ policy: { failure: 'fail-fast' }, retry: { retriesMax: 0 } }).plan('a')
    run.fail('a')
    run.answer(delegate('clean-up'))
    const folded = foldKernel(run.kernel.strategy, run.facts)
    expect(decide(folded, { type: 'tick', at: run.at })).toEqual([])
  })

  it('that was cut short ends in the same way (X-08)', () => {
    const run = story().plan('a', task('b', { dependsOn: ['a'] }))
    run.succeed('a', 1)
    const folded = foldKernel(run.kernel.strategy, run.facts)
    const feed = (input: object) => decide(folded, { at: run.at, ...input } as never)
    feed({ type: 'recovered', managerEpoch: 2, owner: 'me' })
    feed({ type: 'result', task: 'b', epoch: 2, result: 2, outputs: [] })
    for (let message = 0; message < 2; message += 1) feed({ type: 'decided', decisions: [] })
    feed({ type: 'decided', decisions: [finish] })
    expect(folded.state.ended).toBe('run.completed')
    expect(folded.view.task('a')).toMatchObject({ result: 1, epoch: 1 })
  })
})

it('appends to the list it is given, and counts the bound of an input from there', () => {
  const run = story()
  const facts = [...run.facts]
  expect(decide(run.kernel, { type: 'steer', text: 'x', by: 'ada', at: 1 }, facts)).toBe(facts)
  expect(facts).toHaveLength(run.facts.length + 1)
})

it('refuses every input before the start of the run', () => {
  const kernel = createKernel(composeStrategy({ name: 'x' }))
  expect(() => decide(kernel, { type: 'tick', at: 1 })).toThrow(expect.objectContaining({ code: 'INTERNAL' }) as Error)
})
