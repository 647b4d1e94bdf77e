import { FactSchema } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { effects, outstandingEffects } from '../effects.ts'
import { finish, story, task, worker, type Story } from '../kernel.fixture.ts'
import { foldKernel } from '../kernel.ts'
import { why } from '../why.ts'
import { adoptableResults } from './adopt-result.ts'

/** Attempt 1 of `a` was lost, and its result came all the same. */
function late(outputs: readonly string[] = []): Story {
  const run = story({ slots: 1, retry: { backoffMs: 1_000 }, workers: [worker('worker', { model: 'fast' })] })
  run.plan(task('a', { outputs: [...outputs] }), task('b', { dependsOn: ['a'] }))
  run.lose('a')
  run.feed({ type: 'result', task: 'a', epoch: 1, result: 'late', outputs })
  return run
}

/** `a` was lost for good, `b` skipped behind it, and the run has ended so. */
function lost(outputs: readonly string[] = []): Story {
  const run = story({ slots: 1, retry: { retriesMax: 0 } })
  run.plan(task('a', { outputs: [...outputs] }), task('b', { dependsOn: ['a'] }))
  run.lose('a')
  run.feed({ type: 'result', task: 'a', epoch: 1, result: 'late', outputs })
  run.listen().answer(finish)
  return run
}

const adopt = (run: Story, quarantined?: number) =>
  run.feed({
    type: 'adopt',
    task: 'a',
    by: 'ada',
    reason: 'it is good',
    ...(quarantined === undefined ? {} : { quarantined }),
  })

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

  it('and not for a task that succeeded, or none that came late', () => {
    const run = late()
    run.wait(1_000)
    run.succeed('a')
    expect(adopt(run)).toEqual([])
    const other = story().plan('a')
    expect(adopt(other)).toEqual([])
  })

  it('for whichever stands in for the task, before and while that is worked on', () => {
    for (const slots of [0, 1]) {
      const run = lost()
      const [slot = ''] = run.kernel.state.slots.keys()
      if (slots === 0) run.feed({ type: 'left', slot, reason: 'drain' })
      run.feed({ type: 'retry', tasks: ['a'], by: 'ada', reason: 'again' })
      expect(run.status('a~2')).toBe(slots === 0 ? 'ready' : 'assigned')
      adopt(run)
      expect(run.of('attempt.revoked')).toHaveLength(slots)
      expect(run.of('result.adopted')).toMatchObject([{ task: 'a~2', predecessor: 'a', epoch: 1 }])
      expect(run.kernel.view.task('a~2')).toMatchObject({ status: 'succeeded', result: 'late' })
    }
  })

  it('which folds to the same run (R2)', () => {
    const run = late()
    adopt(run)
    const folded = foldKernel(run.kernel.strategy, run.facts)
    expect(Array.from(folded.view.tasks())).toEqual(Array.from(run.kernel.view.tasks()))
  })
})

describe('a person adopts a late result after the end (S8)', () => {
  it('by a successor that has it at once, and those of what was skipped, in a run that is reopened', () => {
    const run = lost()
    expect(run.end).toMatchObject({ type: 'run.failed' })
    adopt(run)
    expect(run.of('run.reopened')).toMatchObject([{ by: 'ada', reason: 'it is good' }])
    expect(run.statuses).toEqual({ a: 'lost', b: 'skipped', 'a~2': 'succeeded', 'b~2': 'assigned' })
    expect(run.of('task.assigned').map(({ task: id }) => id)).toEqual(['a', 'b~2'])
    run.succeed('b~2')
    run.listen().answer(finish)
    expect(run.heard).toContainEqual(expect.objectContaining({ task: 'a~2', attempt: 'r/a@1', result: 'late' }))
    expect(run.of('run.completed')).toMatchObject([{ tally: { total: 2, succeeded: 2 }, waived: [] }])
  })

  it('also of a task alone, while the run goes on', () => {
    const run = story({ slots: 2, retry: { retriesMax: 0 } }).plan('a', 'd')
    run.lose('a')
    run.feed({ type: 'result', task: 'a', epoch: 1, result: 'late', outputs: [] })
    adopt(run)
    expect(run.of('run.reopened')).toEqual([])
    expect(run.statuses).toEqual({ a: 'lost', d: 'assigned', 'a~2': 'succeeded' })
  })

  it('with the files that the late attempt left, also by a manager that comes later', () => {
    const run = lost(['x'])
    const publish = { type: 'publish', task: 'a~2', predecessor: 'a', epoch: 1, outputs: ['x'] }
    expect(adopt(run).flatMap((fact) => effects(fact))).toContainEqual(publish)
    expect(run.statuses).toMatchObject({ 'a~2': 'publishing', 'b~2': 'waiting' })
    expect(outstandingEffects(foldKernel(run.kernel.strategy, run.facts).state)).toContainEqual(publish)
    run.feed({ type: 'published', task: 'a~2', epoch: 1, files: [{ path: 'x', hash: 'h', bytes: 1 }] })
    expect(run.statuses).toMatchObject({ 'a~2': 'succeeded', 'b~2': 'assigned' })
  })

  it('again under the next name when its files could not be published', () => {
    const run = lost(['x'])
    adopt(run)
    const error = { code: 'OUTPUT_CONFLICT', message: 'No room.' } as const
    run.feed({ type: 'publishFailed', task: 'a~2', epoch: 1, error })
    adopt(run)
    expect(run.of('result.adopted').at(-1)).toMatchObject({ task: 'a~3', predecessor: 'a', epoch: 1 })
  })

  it('for as long as it has not succeeded, which `why` says', () => {
    const run = lost()
    expect(adoptableResults(run.kernel.state).size).toBe(1)
    expect(why(run.kernel, 'a')).toMatchObject([{ kind: 'ended' }, { kind: 'late-result' }])
    adopt(run)
    expect(adoptableResults(run.kernel.state).size).toBe(0)
    expect(why(run.kernel, 'a')).toMatchObject([{ kind: 'ended' }])
    expect(adopt(run)).toEqual([])
  })

  it('and its log folds to the same run, of facts that are facts (R2)', () => {
    const run = lost()
    adopt(run)
    const folded = foldKernel(run.kernel.strategy, run.facts)
    expect(Array.from(folded.view.tasks())).toEqual(Array.from(run.kernel.view.tasks()))
    for (const fact of run.facts) expect(FactSchema.safeParse(fact).error).toBeUndefined()
  })
})
