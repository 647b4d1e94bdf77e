import { describe, expect, it } from 'vitest'
import { effects } from '../effects.ts'
import { finish, story, task, worker, type Story } from '../kernel.fixture.ts'
import { foldKernel } from '../kernel.ts'

/** Attempt 1 of `a` was lost, and its result came all the same. */
function late(outputs: readonly string[] = []): Story {
  const run = story({ slots: 1, retry: { backoffMs: 1_000 }, workers: [worker('worker', { model: 'fast' })] })
  run.plan(task('a', { outputs: [...outputs] }), task('b', { dependsOn: ['a'] }))
  run.lose('a')
  run.feed({ type: 'result', task: 'a', epoch: 1, result: 'late', outputs })
  return run
}

const adopt = (run: Story, quarantined?: number) =>
  run.feed({ type: 'adopt', task: 'a', by: 'ada', ...(quarantined === undefined ? {} : { quarantined }) })

describe('a person adopts a late result (S3, S7)', () => {
  it('while its task waits for another attempt: it succeeds by the late one, and dependants go on', () => {
    const run = late()
    adopt(run)
    expect(run.of('result.adopted')).toMatchObject([{ task: 'a', epoch: 1, by: 'ada' }])
    expect(run.kernel.view.task('a')).toMatchObject({ status: 'succeeded', result: 'late' })
    expect(run.running).toEqual(['b'])
    run.succeed('b')
    run.listen().answer(finish)
    expect(run.heard).toContainEqual(expect.objectContaining({ task: 'a', attempt: 'r/a@1', result: 'late' }))
    expect(run.end).toMatchObject({ type: 'run.completed' })
  })

  it('while another attempt works: that one is revoked and pays for what it held', () => {
    const run = late()
    run.wait(1_000)
    expect(run.running).toEqual(['a'])
    adopt(run)
    expect(run.of('attempt.revoked')).toMatchObject([{ task: 'a', epoch: 2 }])
    expect(run.of('budget.settled').map(({ epoch }) => epoch)).toEqual([1, 2])
    expect(run.running).toEqual(['b'])
  })

  it('with its files, which are published under the late attempt', () => {
    const run = late(['x'])
    const facts = adopt(run)
    expect(facts.flatMap((fact) => effects(fact))).toContainEqual({
      type: 'publish',
      task: 'a',
      epoch: 1,
      outputs: ['x'],
    })
    run.feed({ type: 'published', task: 'a', epoch: 1, files: [{ path: 'x', hash: 'h', bytes: 1 }] })
    expect(run.status('a')).toBe('succeeded')
  })

  it('the latest of several, or the one that is named', () => {
    const [first, latest] = [late(), late()]
    for (const run of [first, latest]) run.feed({ type: 'result', task: 'a', epoch: 1, result: 'later', outputs: [] })
    adopt(latest)
    adopt(first, first.of('result.quarantined')[0]?.seq)
    expect([first, latest].map(({ kernel }) => kernel.view.task('a')?.result)).toEqual(['late', 'later'])
  })

  it('and not for a task that has its outcome, or none that came late', () => {
    const run = late()
    run.feed({ type: 'cancel', scope: { kind: 'task', task: 'a' }, by: 'ada', reason: 'enough' })
    expect(adopt(run)).toEqual([])
    const other = story().plan('a')
    expect(adopt(other)).toEqual([])
  })

  it('which folds to the same run (R2)', () => {
    const run = late()
    adopt(run)
    const folded = foldKernel(run.kernel.strategy, run.facts)
    expect(Array.from(folded.view.tasks())).toEqual(Array.from(run.kernel.view.tasks()))
  })
})
