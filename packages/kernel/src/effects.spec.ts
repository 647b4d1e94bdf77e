import { describe, expect, it } from 'vitest'
import { effects, outstandingEffects } from './effects.ts'
import { story, task } from './kernel.fixture.ts'

function all(run: ReturnType<typeof story>) {
  return run.facts.flatMap((fact) => effects(fact))
}

describe('effects', () => {
  it('are what assignments, ends of attempts, results with files and plans ask for, in order', () => {
    const run = story({ slots: 1 })
    run.answer({ type: 'plan', request: 'p', goal: 'g' })
    run.feed({ type: 'planned', request: 'p', tasks: [task('a')] })
    run.plan(task('a', { outputs: ['x'], limits: { tokensMax: 5 } }), 'b')
    run.succeed('a', 1, ['x'])
    run.lose('b')
    run.wait(200)
    run.feed({ type: 'cancel', scope: { kind: 'run' }, by: 'ada', reason: 'x' })
    expect(all(run)).toEqual([
      { type: 'plan', request: 'p', goal: 'g' },
      { type: 'assign', task: 'a', epoch: 1, worker: 'worker', slot: 'worker/1', slice: { tokens: 5, costMicros: 0 } },
      { type: 'publish', task: 'a', epoch: 1, outputs: ['x'] },
      { type: 'assign', task: 'b', epoch: 1, worker: 'worker', slot: 'worker/1' },
      { type: 'stop', task: 'b', epoch: 1 },
      { type: 'assign', task: 'b', epoch: 2, worker: 'worker', slot: 'worker/1' },
      { type: 'stop', task: 'b', epoch: 2 },
      { type: 'end' },
    ])
  })
})

describe('outstanding effects', () => {
  it('are those whose end is not in the log', () => {
    const run = story()
    run.answer(
      { type: 'plan', request: 'p', goal: 'g' },
      { type: 'delegate', tasks: [task('a', { outputs: ['x'] }), task('b'), task('c')] },
    )
    run.succeed('a', 1, ['x'])
    run.succeed('b')
    expect(outstandingEffects(run.kernel.state)).toEqual([
      { type: 'publish', task: 'a', epoch: 1, outputs: ['x'] },
      { type: 'assign', task: 'c', epoch: 1, worker: 'worker', slot: 'worker/1' },
      { type: 'plan', request: 'p', goal: 'g' },
    ])
    run.feed({ type: 'published', task: 'a', epoch: 1, files: [] })
    run.succeed('c')
    run.feed({ type: 'planFailed', request: 'p', error: { code: 'PLANNER_FAILED', message: 'x' } })
    expect(outstandingEffects(run.kernel.state)).toEqual([])
  })
})
