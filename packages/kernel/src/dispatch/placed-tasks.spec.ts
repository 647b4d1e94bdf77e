import type { FactOf } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { decide } from '../decide/decide.ts'
import { delegate, story, task, worker, type StoryOptions } from '../kernel.fixture.ts'
import { foldKernel } from '../kernel.ts'
import { composeStrategy } from '../strategies/compose-strategy.ts'
import { criticalPath, priority } from '../strategies/orders.ts'
import { why } from '../why.ts'

const dispatching = (ahead: number, steal: boolean, parts = {}) =>
  composeStrategy({ name: 'ahead', dispatch: { ahead, steal }, ...parts })
const stealing = (options: StoryOptions = {}) => story({ strategy: dispatching(2, true), ...options })

const filled = () => stealing({ slots: 2 }).plan(...'abcdef')

/** The tasks that each slot has been given to do next, the oldest first. */
function placed(run: ReturnType<typeof story>): Record<string, string[]> {
  const { state } = run.kernel
  const slots = Array.from(state.slots.values(), ({ slot, placed: indices }): [string, string[]] => {
    return [slot, Array.from(indices, (index) => state.tasks[index]?.spec.id ?? '')]
  })
  return Object.fromEntries(slots.filter(([, tasks]) => tasks.length > 0))
}

const assigned = (run: ReturnType<typeof story>) =>
  run.of('task.assigned').map(({ task: id, slot, rule }) => `${id} ${slot}${rule.endsWith('/steal') ? ' stolen' : ''}`)

describe('placing ahead', () => {
  it('sets tasks down in the order, on the slot with the fewest, up to the bound, without a lease', () => {
    const run = stealing().plan(...'abcdefg')
    expect(placed(run)).toEqual({ 'worker/1': ['c', 'e'], 'worker/2': ['d', 'f'] })
    expect(run.of('task.placed')[0]).toMatchObject({ task: 'c', slot: 'worker/1', ahead: 2, steal: true })
    expect(run.kernel.state.taskById.get('c')).toMatchObject({ status: 'placed', epoch: 0, live: undefined })
    expect(run.status('g')).toBe('ready')
  })

  it('lets a slot do its oldest task next, and fills its place', () => {
    const run = stealing().plan(...'abcdefg')
    run.succeed('b')
    expect(assigned(run)).toEqual(['a worker/1', 'b worker/2', 'd worker/2'])
    expect(placed(run)).toEqual({ 'worker/1': ['c', 'e'], 'worker/2': ['f', 'g'] })
  })

  it('keeps to the strategy: what comes first in its order goes before what a slot has in front of it', () => {
    const run = story({ slots: 1, strategy: dispatching(1, true, { order: priority }) }).plan('a', 'b')
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.answer(delegate(task('urgent', { priority: 9 })))
    run.succeed('a')
    expect(run.running).toEqual(['urgent'])
    expect(placed(run)).toEqual({ 'worker/1': ['b'] })
  })

  it('leaves alone what needs more than a slot: a resource, a label, a part of the budget, a model, a bounded group', () => {
    const uses = [{ resource: 'db', mode: 'read' as const }]
    const run = stealing({ slots: 1, limits: { tokensMax: 100 } })
    run.answer(
      { type: 'group', group: { name: 'g', slotsMax: 1 } },
      delegate(
        'a',
        task('uses', { uses }),
        task('excludes', { excludes: ['gpu'] }),
        task('costs', { limits: { tokensMax: 1 } }),
        task('grouped', { group: 'g' }),
      ),
    )
    expect(placed(run)).toEqual({})
    const asks = stealing({ slots: 1, workers: [worker('worker', { model: 'fast' })] }).plan('a', 'b')
    expect(placed(asks)).toEqual({})
  })

  it('lets what it leaves alone have its turn', () => {
    const run = stealing({ slots: 1 }).plan('a', 'b', task('c', { excludes: ['gpu'] }), 'd', 'e')
    for (let [next] = run.running; next !== undefined; [next] = run.running) run.succeed(next)
    expect(run.of('task.assigned').map(({ task: id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('binds nothing to a busy slot that only the start rate or a cap of the run holds back', () => {
    expect(placed(stealing({ limits: { startsPerSecondMax: 1 } }).plan('a', 'b', 'c'))).toEqual({})
    expect(placed(stealing({ limits: { slotsMax: 1 } }).plan('a', 'b', 'c'))).toEqual({})
  })

  it('places a retry like any other task, which may still be adopted', () => {
    const run = stealing({ slots: 1, retry: { backoffMs: 0 }, limits: { timeoutMs: 500 } }).plan('a', 'b')
    run.wait(500)
    expect(run.running).toEqual(['b'])
    expect(placed(run)).toEqual({ 'worker/1': ['a'] })
    run.succeed('a', 'late')
    run.feed({ type: 'adopt', task: 'a', by: 'ada', reason: 'it is right' })
    expect(run.status('a')).toBe('succeeded')
    expect(placed(run)).toEqual({})
  })
})

describe('stealing', () => {
  it('takes the latest task of the slot with the most, under the manager’s rule (M-43)', () => {
    const run = stealing({ slots: 3 }).plan(...'abcdefgh')
    expect(placed(run)).toEqual({ 'worker/1': ['d', 'g'], 'worker/2': ['e', 'h'], 'worker/3': ['f'] })
    run.succeed('c')
    run.succeed('f')
    expect(assigned(run).slice(3)).toEqual(['f worker/3', 'g worker/3 stolen'])
    expect(run.of('task.assigned').at(-1)?.rule).toBe('fifo/first-fit/steal')
    run.succeed('g')
    expect(assigned(run).at(-1)).toBe('h worker/3 stolen')
    expect(placed(run)).toEqual({ 'worker/1': ['d'], 'worker/2': ['e'] })
  })

  it('takes only what the idle slot can do', () => {
    const workers = [worker('one'), worker('other', { skills: ['deep'] }), worker('third', { handles: 'rest' })]
    const run = stealing({ workers, slots: 1 }).plan(
      'a',
      'b',
      task('r', { type: 'rest' }),
      task('deep', { skills: ['deep'] }),
      'c',
      'd',
      'e',
    )
    expect(placed(run)).toEqual({ 'one/1': ['c', 'd'], 'other/1': ['deep', 'e'] })
    run.succeed('r')
    expect(assigned(run)).toHaveLength(3)
    run.succeed('a')
    run.succeed('c')
    run.succeed('d')
    expect(assigned(run).slice(3)).toEqual(['c one/1', 'd one/1', 'e one/1 stolen'])
    run.succeed('e')
    expect(placed(run)).toEqual({ 'other/1': ['deep'] })
  })

  it('does not happen where the strategy forbids it: the task waits for its slot', () => {
    const run = story({ strategy: dispatching(2, false) }).plan(...'abcd')
    run.succeed('b')
    run.succeed('d')
    expect(run.running).toEqual(['a'])
    expect(placed(run)).toEqual({ 'worker/1': ['c'] })
    expect(why(run.kernel, 'c')[0]).toEqual({
      kind: 'placed',
      text: 'It is placed on worker/1, which works on a.',
      names: ['worker/1'],
    })
  })

  it('never lets two slots have one task (M-43)', () => {
    const run = stealing({ slots: 4 }).plan(...Array.from({ length: 40 }, (_, index) => `t${index}`))
    const [long] = run.running as [string]
    for (let next = run.running[1]; next !== undefined; next = run.running[1]) run.succeed(next)
    run.succeed(long)
    const tasks = run.of('task.assigned').map(({ task: id }) => id)
    expect(new Set(tasks).size).toBe(40)
    expect(tasks).toHaveLength(40)
  })
})

describe('placed tasks are given back', () => {
  it('when their slot leaves, in their old order', () => {
    const run = filled()
    run.feed({ type: 'left', slot: 'worker/1', reason: 'drain' })
    expect(placed(run)).toEqual({ 'worker/2': ['d', 'f'] })
    run.succeed('b')
    expect(assigned(run).at(-1)).toBe('c worker/2')
  })

  it('when the run is paused, and placed anew when it goes on', () => {
    const run = filled()
    run.feed({ type: 'pause', by: 'ada', reason: 'lunch' })
    expect(placed(run)).toEqual({})
    expect(run.status('c')).toBe('ready')
    run.feed({ type: 'resume', by: 'ada' })
    expect(placed(run)).toEqual({ 'worker/1': ['c', 'e'], 'worker/2': ['d', 'f'] })
  })

  it('when the manager is recovered', () => {
    const run = filled()
    const facts = run.feed({ type: 'recovered', managerEpoch: 2, owner: 'next' })
    const moved = facts.filter(({ type }) => type === 'task.assigned' || type === 'task.placed') as FactOf<
      'task.assigned' | 'task.placed'
    >[]
    expect(moved.map(({ type, task: id, slot }) => `${type.slice(5)} ${id} ${slot}`)).toEqual([
      'assigned c worker/1',
      'assigned d worker/2',
      'placed e worker/1',
      'placed f worker/2',
      'placed a worker/1',
      'placed b worker/2',
    ])
  })

  it('when they are cancelled, amended, or have waited too long', () => {
    const run = stealing({ slots: 2, limits: { queueWaitMs: 50 } }).plan(...'abcdef')
    run.feed({ type: 'cancel', scope: { kind: 'task', task: 'c' }, by: 'ada', reason: 'x' })
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    while (run.next()?.type !== 'steer') run.answer()
    run.answer({ type: 'amend', replace: [task('d', { body: 'new' })] })
    expect(run.statuses).toMatchObject({ c: 'cancelled', d: 'placed' })
    expect(placed(run)).toEqual({ 'worker/1': ['e', 'd'], 'worker/2': ['f'] })
    run.wait(50)
    expect(run.statuses).toMatchObject({ d: 'failed', e: 'failed', f: 'failed' })
    expect(placed(run)).toEqual({})
  })
})

describe('an index that is built anew', () => {
  it.each([
    ['fifo', dispatching(2, true)],
    ['priority', dispatching(3, true, { order: priority })],
    ['critical-path', dispatching(1, true, { order: criticalPath })],
    ['without stealing', dispatching(2, false)],
  ])('places and steals as the one that was kept: %s (R2)', (_name, strategy) => {
    const run = story({ strategy, slots: 3, workers: [worker('worker'), worker('other')] }).plan(
      ...Array.from({ length: 24 }, (_, index) =>
        task(`t${index}`, { priority: index % 4, ...(index > 12 ? { dependsOn: [`t${index - 12}`] } : {}) }),
      ),
    )
    run.feed({ type: 'left', slot: 'worker/2', reason: 'drain' })
    run.succeed(run.running[1] as string)
    let folded = foldKernel(run.kernel.strategy, run.facts)
    for (let [next] = run.running; next !== undefined; next = run.running[run.at % run.running.length]) {
      run.at += 1
      const result = { type: 'result', ...run.attempt(next), result: null, outputs: [], at: run.at } as const
      expect(decide(folded, result)).toEqual(run.feed(result))
      if (run.at % 5 === 0) folded = foldKernel(run.kernel.strategy, run.facts)
    }
    expect(run.kernel.state.counts.succeeded).toBe(24)
  })
})
