import { FactSchema } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { finish, story, task, type Story } from '../kernel.fixture.ts'
import { foldKernel } from '../kernel.ts'

const once = () => story({ retry: { retriesMax: 0 }, slots: 4 })

function retry(run: Story, ...tasks: string[]) {
  return run.feed({ type: 'retry', tasks, by: 'ada', reason: 'the disk is back' })
}

/** `a` failed, `b` and `c` were skipped behind it, and the run has ended so. */
function failed(): Story {
  const run = once().plan('a', task('b', { dependsOn: ['a'] }), task('c', { dependsOn: ['b'] }), 'd')
  run.succeed('d')
  run.fail('a')
  run.listen().answer(finish)
  return run
}

describe('a person has failed work tried again (S8)', () => {
  it('by successors of the task and of what was skipped behind it, in a run that is reopened', () => {
    const run = failed()
    expect(run.end).toMatchObject({ type: 'run.failed' })
    retry(run, 'a')
    expect(run.of('run.reopened')).toMatchObject([{ by: 'ada', reason: 'the disk is back' }])
    expect(run.of('task.added').slice(4)).toMatchObject([
      { by: 'ada', task: { id: 'a~2' } },
      { by: 'ada', task: { id: 'b~2', dependsOn: ['a~2'] } },
      { by: 'ada', task: { id: 'c~2', dependsOn: ['b~2'] } },
    ])
    for (const id of ['a~2', 'b~2', 'c~2']) run.succeed(id)
    run.listen().answer(finish)
    expect(run.kernel.state.ended).toBe('run.completed')
    expect(run.of('run.completed')).toMatchObject([
      { tally: { total: 4, succeeded: 4, failed: 0, skipped: 0 }, waived: [] },
    ])
  })

  it('and an outcome stays what it was', () => {
    const run = failed()
    retry(run, 'a')
    expect(run.statuses).toMatchObject({ a: 'failed', b: 'skipped', 'a~2': 'assigned', 'b~2': 'waiting' })
  })

  it('while the run goes on, which is then not reopened', () => {
    const run = once().plan('a', 'd')
    run.fail('a')
    retry(run, 'a')
    expect(run.of('run.reopened')).toEqual([])
    expect(run.running).toEqual(['d', 'a~2'])
  })

  it('again and again, by the name that it had first', () => {
    const run = failed()
    retry(run, 'a')
    run.fail('a~2')
    retry(run, 'a')
    expect(run.status('a~3')).toBe('assigned')
    expect(run.kernel.state.taskById.get('c~3')?.spec.dependsOn).toEqual(['b~3'])
    expect(run.kernel.view.tally).toMatchObject({ total: 4, unresolved: 3 })
  })

  it('each after what it depends on, also when that was tried again before', () => {
    const run = once().plan('a', 'x', task('b', { dependsOn: ['a', 'x'] }))
    run.fail('a')
    run.fail('x')
    retry(run, 'a')
    run.fail('a~2')
    expect(retry(run, 'a', 'x').flatMap((fact) => (fact.type === 'task.added' ? [fact.task.id] : []))).toEqual([
      'a~3',
      'x~2',
      'b~2',
    ])
  })

  it('but not what something else that failed keeps, until that is tried again too', () => {
    const run = once().plan('a', 'x', task('b', { dependsOn: ['a', 'x'] }))
    run.fail('a')
    run.fail('x')
    retry(run, 'a')
    expect(run.status('b~2')).toBeUndefined()
    run.succeed('a~2')
    retry(run, 'x')
    expect(run.kernel.state.taskById.get('b~2')?.spec.dependsOn).toEqual(['a~2', 'x~2'])
  })

  it('and tasks that are not there, succeeded, are under way or were only skipped are left out', () => {
    const run = failed()
    expect(retry(run, 'ghost', 'd', 'b')).toEqual([])
    expect(run.kernel.state.ended).toBe('run.failed')
  })

  it('within a full run: a successor takes the place of its predecessor, under its parent too', () => {
    const run = story({ limits: { tasksMax: 2, fanOutMax: 1 }, retry: { retriesMax: 0 } }).plan('a')
    run.feed({ type: 'discovered', task: 'a', epoch: 1, item: 'b' })
    run.answer({ type: 'delegate', tasks: [task('b')], parent: 'a' })
    run.fail('b')
    retry(run, 'b')
    expect(run.running).toEqual(['a', 'b~2'])
    expect(run.kernel.state.taskById.get('b~2')).toMatchObject({ parent: 'a', depth: 1 })
  })

  it('in a run that was cancelled, paused, and is older than its longest time', () => {
    const run = once().plan('a')
    run.feed({ type: 'pause', by: 'ada', reason: 'lunch' })
    run.feed({ type: 'cancel', scope: { kind: 'run' }, by: 'ada', reason: 'enough' })
    run.wait(100_000_000)
    retry(run, 'a')
    run.wait(1_000)
    expect(run.running).toEqual(['a~2'])
    expect(run.kernel.state.ended).toBeUndefined()
  })
})

it('the log of a reopened run folds to the same run, and its facts are facts (R2)', () => {
  const run = failed()
  retry(run, 'a')
  run.succeed('a~2')
  const folded = foldKernel(run.kernel.strategy, run.facts)
  expect(Array.from(folded.view.tasks())).toEqual(Array.from(run.kernel.view.tasks()))
  expect(folded.view.tally).toEqual(run.kernel.view.tally)
  for (const fact of run.facts) expect(FactSchema.safeParse(fact).error).toBeUndefined()
})
