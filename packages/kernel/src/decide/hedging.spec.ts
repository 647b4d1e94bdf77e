import type { Fact, RunConfig } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { deadline } from '../deadline.ts'
import { decide } from './decide.ts'
import { delegate, finish, story, task, types, worker, type Story, type StoryOptions } from '../kernel.fixture.ts'
import { foldKernel } from '../kernel.ts'
import { why } from '../why.ts'

const TYPICAL_MS = 1_000
const HEDGE: RunConfig['hedge'] = { hedgesMax: 5, afterRatio: 3, samplesMin: 3, afterMsMin: 0 }

/** A run of two slots in which three tasks have taken a second each, and `slow` has run for as long as is said. */
function straggling(runningMs: number, options: StoryOptions = {}, slow = task('slow')): Story {
  const run = story({ hedge: HEDGE, lease: { leaseMs: 1_000_000 }, ...options }).plan('a', 'b')
  run.at += TYPICAL_MS
  run.succeed('a')
  run.succeed('b')
  run.answer(delegate('c', slow))
  run.begin(run.status('slow') === 'assigned' ? 'slow' : 'c')
  run.at += TYPICAL_MS
  run.succeed('c')
  run.wait(runningMs - TYPICAL_MS)
  return run
}

const paired = (options: StoryOptions = {}, slow = task('slow')) => straggling(3 * TYPICAL_MS, options, slow)
const twins = (run: Story) => run.of('task.hedged').map(({ task: id, twin }) => [id, twin])

describe('straggler hedging', () => {
  it('is off unless twins are allowed', () => {
    expect(twins(straggling(1e6 - 1, { hedge: {}, limits: { timeoutMs: 1e7 } }))).toEqual([])
  })

  it('begins a second time what takes far longer than the median of its peers, at that very time', () => {
    const run = straggling(2 * TYPICAL_MS)
    expect(deadline(run.kernel)).toBe(run.at + TYPICAL_MS)
    expect(twins(run)).toEqual([])
    expect(types(run.wait(TYPICAL_MS))).toEqual(['task.hedged', 'task.added', 'task.assigned'])
    expect(run.of('task.hedged')).toMatchObject([
      { task: 'slow', epoch: 1, twin: 'slow~twin', runningMs: 3_000, typicalMs: 1_000 },
    ])
    expect(run.running).toEqual(['slow', 'slow~twin'])
    expect(why(run.kernel, 'slow')[0]?.text).toMatch(/ does the same for its twin slow~twin\.$/)
    expect(run.of('task.added').at(-1)).toMatchObject({ by: 'kernel', task: { limits: { retriesMax: 0 } } })
  })

  it.each([
    ['a worker whose work counts each time', { workers: [worker('worker', { effects: 'once' })] }, {}],
    ['a task that holds a resource', {}, { uses: [{ resource: 'db', mode: 'read' as const }] }],
    ['a task that excludes others', {}, { excludes: ['gpu'] }],
    ['less time than there has to be in any case', { hedge: { ...HEDGE, afterMsMin: 4_000 } }, {}],
    ['too few peers', { hedge: { ...HEDGE, samplesMin: 4 } }, {}],
    ['a run that is full', { limits: { tasksMax: 4 } }, {}],
  ])('leaves alone %s', (_what, options, parts) => {
    expect(twins(straggling(3 * TYPICAL_MS, options, task('slow', parts)))).toEqual([])
  })

  it('uses a slot only that nothing else needs, and each task and run gets no more twins than allowed', () => {
    const run = straggling(2 * TYPICAL_MS)
    run.answer(delegate('other'))
    run.wait(TYPICAL_MS)
    expect(twins(run)).toEqual([])
    run.succeed('other')
    expect(twins(run)).toEqual([['slow', 'slow~twin']])
    run.fail('slow~twin')
    run.wait(100 * TYPICAL_MS)
    expect(twins(run)).toHaveLength(1)
    expect(twins(straggling(3 * TYPICAL_MS, { hedge: { ...HEDGE, hedgesMax: 1 } }))).toHaveLength(1)
  })

  it('spends no budget that is not there', () => {
    const limits = { tokensMax: 60 }
    const run = straggling(3 * TYPICAL_MS, { limits: { tokensMax: 100 } }, task('slow', { limits }))
    expect(twins(run)).toEqual([])
    expect(run.of('limit.reached')).toEqual([])
    expect(deadline(run.kernel)).toBeGreaterThan(run.at)
  })
})

describe('of a task and its twin', () => {
  it('the twin gives the task its result when it is faster, and dependants wait for the task (M-44)', () => {
    const run = paired()
    run.answer(delegate(task('next', { dependsOn: ['slow'] })))
    run.begin('slow~twin')
    expect(types(run.succeed('slow~twin', 'fast'))).toEqual([
      'attempt.succeeded',
      'task.succeeded',
      'attempt.revoked',
      'result.handed',
      'task.succeeded',
      'task.assigned',
    ])
    expect(run.kernel.view.task('slow')).toMatchObject({ status: 'succeeded', result: 'fast' })
    expect(run.running).toEqual(['next'])
    run.succeed('slow', 'late')
    expect(run.of('result.quarantined')).toMatchObject([{ task: 'slow', kind: 'result' }])
    run.succeed('next')
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.completed', waived: [], tally: { total: 6, succeeded: 6 } })
  })

  it('the twin is cancelled and waived when the task is faster, and the run completes', () => {
    const run = paired()
    run.succeed('slow', 'own')
    expect(run.statuses).toMatchObject({ slow: 'succeeded', 'slow~twin': 'cancelled' })
    expect(run.of('waiver.given')).toMatchObject([{ tasks: ['slow~twin'], by: 'policy' }])
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.completed', waived: ['slow~twin'], tally: { cancelled: 1 } })
  })

  it('only the winner publishes: the task steps back when the result of the twin is accepted', () => {
    const run = paired({}, task('slow', { outputs: ['x'] }))
    run.succeed('slow~twin', 1, ['x'])
    expect(run.statuses).toMatchObject({ slow: 'waiting', 'slow~twin': 'publishing' })
    expect(why(run.kernel, 'slow')).toMatchObject([{ kind: 'twin', names: ['slow~twin'] }])
    run.succeed('slow', 2, ['x'])
    expect(run.of('result.quarantined')).toHaveLength(1)
    run.feed({ type: 'published', task: 'slow~twin', epoch: 1, files: [{ path: 'x', hash: 'h', bytes: 1 }] })
    expect(run.kernel.state.taskById.get('slow')).toMatchObject({ status: 'succeeded', result: 1, outputs: ['x'] })
    expect(run.of('outputs.published')).toHaveLength(1)
  })

  it('the task goes on when the files of its twin cannot be published', () => {
    const run = paired({}, task('slow', { outputs: ['x'] }))
    run.succeed('slow~twin', 1, ['x'])
    const error = { code: 'OUTPUT_MISSING', message: 'gone' } as const
    run.feed({ type: 'publishFailed', task: 'slow~twin', epoch: 1, error })
    expect(run.statuses).toMatchObject({ slow: 'assigned', 'slow~twin': 'failed' })
    expect(run.kernel.state.taskById.get('slow')).toMatchObject({ epoch: 2, retries: 0 })
  })

  it('a failed twin is waived and nothing else, even where the first failure ends the run', () => {
    const run = paired({ policy: { failure: 'fail-fast' } })
    run.fail('slow~twin')
    expect(run.running).toEqual(['slow'])
    run.succeed('slow')
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.completed', waived: ['slow~twin'] })
  })

  it.each([
    ['succeeds', (run: Story) => run.succeed('slow~twin', 1), 'succeeded'],
    ['fails as well', (run: Story) => run.fail('slow~twin'), 'failed'],
  ])('the task that has spent its retries waits for the twin, which %s', (_how, end, outcome) => {
    const run = paired({ retry: { retriesMax: 0 } })
    run.fail('slow')
    expect(run.statuses).toMatchObject({ slow: 'waiting', 'slow~twin': 'assigned' })
    end(run)
    expect(run.status('slow')).toBe(outcome)
  })

  it('both end when the task is cancelled', () => {
    const run = paired()
    run.feed({ type: 'cancel', scope: { kind: 'task', task: 'slow' }, by: 'ada', reason: 'x' })
    expect(run.statuses).toMatchObject({ slow: 'cancelled', 'slow~twin': 'cancelled' })
    expect(run.running).toEqual([])
  })

  it('the manager hears of the task alone, and of what the twin finds as of the task', () => {
    const run = paired()
    run.feed({ type: 'discovered', task: 'slow~twin', epoch: 1, item: 'x' })
    run.succeed('slow~twin')
    run.listen()
    const heard = run.heard.flatMap((message) => ('task' in message ? [`${message.type} ${message.task}`] : []))
    expect(heard.slice(3)).toEqual(['discovered slow', 'outcome slow'])
  })

  it('neither a retry nor an adoption stands in for a twin', () => {
    const run = paired()
    run.succeed('slow')
    run.feed({ type: 'retry', tasks: ['slow~twin'], by: 'ada', reason: 'x' })
    run.succeed('slow~twin')
    run.feed({ type: 'adopt', task: 'slow~twin', by: 'ada', reason: 'x' })
    expect(run.kernel.state.tasks.at(-1)?.spec.id).toBe('slow~twin')
  })

  it('a manager that takes over at any record comes to one result and one publication of the two (R2)', () => {
    const run = paired({ retry: { retriesMax: 0 } }, task('slow', { outputs: ['x'] }))
    run.fail('slow')
    run.succeed('slow~twin', 1, ['x'])
    run.feed({ type: 'published', task: 'slow~twin', epoch: 1, files: [{ path: 'x', hash: 'h', bytes: 1 }] })
    const causes = new Set(run.facts.map(({ cause }) => cause))
    const ends = Array.from(causes, (cause) => {
      const past = run.facts.filter((fact) => fact.cause <= cause && fact.seq > 0)
      return past.some((fact) => fact.type === 'task.hedged') ? finished(past, run) : undefined
    }).filter((end) => end !== undefined)
    expect(ends.length).toBeGreaterThan(3)
    for (const end of ends) expect(end).toEqual({ status: 'succeeded', published: 1, open: 0 })
  })
})

/** Takes a run over, and has every attempt succeed and publish that is under way from there on. */
function finished(past: readonly Fact[], { kernel: { strategy } }: Story) {
  const kernel = foldKernel(strategy, past)
  const facts = [...past]
  const at = past.at(-1)?.at ?? 0
  decide(kernel, { type: 'recovered', managerEpoch: 2, owner: 'next', at }, facts)
  const { tasks } = kernel.state
  const open = () => tasks.filter(({ status }) => status === 'assigned' || status === 'publishing')
  for (let [next] = open(); next !== undefined; [next] = open()) {
    const of = { task: next.spec.id, epoch: next.epoch, at }
    const outputs = next.spec.outputs ?? []
    if (next.status === 'assigned') decide(kernel, { type: 'result', ...of, result: 1, outputs }, facts)
    else decide(kernel, { type: 'published', ...of, files: [{ path: 'x', hash: 'h', bytes: 1 }] }, facts)
  }
  return {
    status: kernel.state.taskById.get('slow')?.status,
    published: facts.filter(({ type }) => type === 'outputs.published').length,
    open: kernel.state.unresolved,
  }
}
