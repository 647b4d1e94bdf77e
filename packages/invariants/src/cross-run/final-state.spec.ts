import { describe, expect, it } from 'vitest'
import { log } from '../fixtures/log.fixture.ts'
import { finalState } from './final-state.ts'

const late = {
  task: 'a',
  epoch: 1,
  kind: 'result',
  value: { b: 1, a: [2] },
  error: { code: 'ATTEMPT_DEAD', message: 'late' },
} as const

describe('the final state of a run', () => {
  it('holds the outcome of each task, its result as canonical text, and the end', () => {
    const story = log()
      .run({ retry: { retriesMax: 0 } })
      .task('a')
      .task('b')
      .task('c', { dependsOn: ['b'] })
    story.done('a').begin('b').fail('b').failed()
    const { tasks, end } = finalState(story.facts)
    expect([...tasks].map(([id, { outcome, result }]) => [id, outcome, result])).toEqual([
      ['a', 'succeeded', 'null'],
      ['b', 'failed', undefined],
      ['c', 'skipped', undefined],
    ])
    expect(end).toMatchObject({ how: 'failed', causeCode: 'RUN_UNRESOLVED', result: 'null', seq: story.seq })
  })

  it('holds what was adopted as the result', () => {
    const story = log().run().task('a').begin('a').lose('a', 'restart').fact('result.quarantined', late)
    story.fact('result.adopted', { task: 'a', epoch: 1, quarantined: story.seq, by: 'ada' })
    story.same().outcome('a', 'succeeded')
    expect(finalState(story.facts).tasks.get('a')?.result).toBe('{"a":[2],"b":1}')
  })

  it('has no end while the run goes on, or goes on again', () => {
    const story = log().run().task('a').done('a')
    expect(finalState(story.facts).end).toBeUndefined()
    story.completed().fact('run.reopened', { by: 'ada', reason: 'more' })
    expect(finalState(story.facts).end).toBeUndefined()
  })
})
