import { describe, expect, it } from 'vitest'
import { finish, story, task, worker } from './kernel.fixture.ts'
import { composeStrategy } from './strategies/compose-strategy.ts'
import { why } from './why.ts'

function reasons(run: ReturnType<typeof story>, id: string) {
  return why(run.kernel, id, run.at).map(({ kind, names }) => [kind, ...names])
}

describe('why a task is not done names the gate that is shut', () => {
  it('who works on it, and since when', () => {
    const run = story().plan('a')
    run.at += 50
    expect(why(run.kernel, 'a', run.at)).toEqual([
      { kind: 'running', text: 'worker/1 works on it (attempt 1, since 50 ms).', names: ['worker/1'] },
    ])
  })

  it('the dependencies that are open, with what they do (T-25)', () => {
    const run = story().plan('a', 'b', task('c', { dependsOn: ['a', 'b'] }))
    run.succeed('a')
    expect(why(run.kernel, 'c')).toEqual([{ kind: 'dependency', text: 'It waits for b (assigned).', names: ['b'] }])
  })

  it('a publication, a backoff, a pause', () => {
    const run = story().plan(task('a', { outputs: ['x'] }), 'b')
    run.succeed('a', 1, ['x'])
    expect(reasons(run, 'a')).toEqual([['publishing', 'x']])
    run.fail('b')
    expect(reasons(run, 'b')).toEqual([['backoff']])
    run.feed({ type: 'pause', by: 'ada', reason: 'x' })
    expect(reasons(run, 'b')).toEqual([['paused'], ['backoff']])
  })

  it('the slots of the run and those of the workers, taken or capped or never joined', () => {
    expect(reasons(story({ limits: { slotsMax: 1 } }).plan('a', 'b'), 'b')).toEqual([['slots']])
    expect(reasons(story({ slots: 1 }).plan('a', 'b'), 'b')).toEqual([['worker-slots', 'worker']])
    const capped = story({ workers: [worker('one', { slotsMax: 1 })] }).plan('a', 'b')
    expect(reasons(capped, 'b')).toEqual([['worker-slots', 'one']])
    expect(reasons(story({ slots: 0 }).plan('a'), 'a')).toEqual([['worker-slots', 'worker']])
  })

  it('a resource, by the name that the task gave it', () => {
    const run = story().plan(task('a', { excludes: ['gpu:1'] }), task('b', { excludes: ['gpu:1'] }))
    expect(reasons(run, 'b')).toEqual([['resource', 'gpu:1']])
  })

  it('the start rate, the budget, the strategy', () => {
    expect(reasons(story({ limits: { startsPerSecondMax: 1 } }).plan('a', 'b'), 'b')).toEqual([['rate']])
    const limits = { tokensMax: 6 }
    const poor = story({ limits: { tokensMax: 10 } }).plan(task('a', { limits }), task('b', { limits }))
    expect(reasons(poor, 'b')).toEqual([['budget']])
    const strategy = composeStrategy({ name: 'shut', admission: { admit: () => false } })
    expect(reasons(story({ strategy }).plan('a'), 'a')).toEqual([['admission']])
  })

  it('the outcome, with the task behind it', () => {
    const run = story({ retry: { retriesMax: 0 } }).plan('a', task('b', { dependsOn: ['a'] }))
    run.fail('a')
    expect(why(run.kernel, 'a')[0]?.text).toBe('It is failed: It broke.')
    expect(why(run.kernel, 'b')).toEqual([{ kind: 'ended', text: 'It is skipped because of a', names: ['a'] }])
  })

  it('nothing but the order, when every gate is open', () => {
    const run = story()
    run.answer({ type: 'delegate', tasks: [task('a')] }, finish)
    run.succeed('a')
    run.listen().answer(finish)
    expect(reasons(run, 'a')).toEqual([['ended']])
  })

  it('and refuses an id that is no task', () => {
    expect(() => why(story().kernel, 'ghost')).toThrow(expect.objectContaining({ code: 'TASK_UNKNOWN' }) as Error)
  })
})
