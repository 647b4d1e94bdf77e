import { describe, expect, it } from 'vitest'
import { delegate, story, task, worker, type StoryOptions } from '../kernel.fixture.ts'
import { decide } from '../decide/decide.ts'
import { foldKernel } from '../kernel.ts'
import { BUILT_IN_STRATEGIES, composeStrategy, leastLoaded } from '../strategies/compose-strategy.ts'
import { criticalPath, priority } from '../strategies/orders.ts'

/** The order in which one slot takes the tasks. */
function order(run: ReturnType<typeof story>): readonly string[] {
  for (let [next] = run.running; next !== undefined; [next] = run.running) run.succeed(next)
  return run.of('task.assigned').map((fact) => fact.task)
}

describe('the order of assignment (T-16)', () => {
  it('is first ready, first assigned by default', () => {
    const run = story({ slots: 1 }).plan('a', task('d', { dependsOn: ['a'] }), 'b', 'c')
    expect(order(run)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('puts a retry behind what was ready before it', () => {
    const run = story({ slots: 1, retry: { backoffMs: 0 } }).plan('a', 'b')
    run.fail('a')
    expect(order(run)).toEqual(['a', 'b', 'a'])
  })

  it('takes higher priorities first, equal ones as they became ready', () => {
    const strategy = composeStrategy({ name: 'urgent', order: priority })
    const run = story({ slots: 1, strategy }).plan(
      task('none'),
      task('low', { priority: -1 }),
      task('high', { priority: 5 }),
      task('also-high', { priority: 5 }),
    )
    expect(order(run)).toEqual(['high', 'also-high', 'none', 'low'])
  })

  it('follows a priority that is amended while the task waits', () => {
    const strategy = composeStrategy({ name: 'urgent', order: priority })
    const run = story({ slots: 1, strategy }).plan('a', task('b', { priority: 9 }), task('c', { priority: 8 }), 'd')
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.answer({ type: 'amend', replace: [task('c', { priority: -1 }), task('d', { priority: 1 })] })
    expect(order(run)).toEqual(['b', 'd', 'a', 'c'])
  })

  it('takes the task with the longest path behind it first, and learns of patches', () => {
    const strategy = composeStrategy({ name: 'critical', order: criticalPath })
    const run = story({ slots: 1, strategy }).plan(
      'first',
      'short',
      'long',
      task('l1', { dependsOn: ['long'] }),
      task('l2', { dependsOn: ['l1'] }),
      task('s1', { dependsOn: ['short'] }),
    )
    expect(run.running).toEqual(['long'])
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.answer(
      delegate(
        task('f1', { dependsOn: ['first'] }),
        task('f2', { dependsOn: ['f1'] }),
        task('f3', { dependsOn: ['f2'] }),
      ),
    )
    run.succeed('long')
    expect(run.running).toEqual(['first'])
  })

  it('of another kind that looks at the graph is asked again after every patch', () => {
    const newestFirst = composeStrategy({
      name: 'newest',
      order: {
        name: 'newest',
        changesWithPatches: true,
        key: ({ spec }, view) => (Array.from(view.tasks()).at(-1)?.spec.purpose === spec.id ? 0 : 1),
      },
    })
    const run = story({ slots: 1, strategy: newestFirst }).plan('a', 'b', 'c')
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.answer(delegate(task('d', { dependsOn: ['a'], purpose: 'c' })))
    run.succeed('a')
    expect(run.running).toEqual(['c'])
  })

  it('puts tasks for which it has no number last', () => {
    const odd = composeStrategy({ name: 'odd', order: { name: 'odd', key: ({ spec }) => Number(spec.id) } })
    const run = story({ slots: 1, strategy: odd }).plan('7', 'x', '3', '5')
    expect(order(run)).toEqual(['3', '5', '7', 'x'])
  })

  it('holds across task types, which share nothing but the caps of the run', () => {
    const workers = [worker('worker'), worker('other', { handles: 'rest' })]
    const run = story({ workers, limits: { slotsMax: 1 } }).plan('a', task('b', { type: 'rest' }), 'c')
    expect(order(run)).toEqual(['a', 'b', 'c'])
  })

  it('lets a task pass that has a free slot when the first one has none', () => {
    const workers = [worker('worker'), worker('other', { handles: 'rest' })]
    const run = story({ workers, slots: 1 }).plan('a', 'b', task('c', { type: 'rest' }))
    expect(run.running).toEqual(['a', 'c'])
  })

  it('of tasks that became ready with one fact does not hang on which type was seen first', () => {
    const workers = [worker('worker'), worker('other', { handles: 'rest' })]
    const after = { dependsOn: ['a'] }
    const run = story({ workers, limits: { slotsMax: 1 } }).plan(
      'a',
      task('b', { type: 'rest', ...after }),
      task('c', after),
    )
    run.succeed('a')
    expect(run.running).toEqual(['b'])
  })
})

describe('placement', () => {
  it('takes the first free slot by default', () => {
    const run = story({ slots: 3 }).plan('a', 'b')
    run.succeed('a')
    run.answer(delegate('c'))
    expect(run.of('task.assigned').map(({ slot }) => slot)).toEqual(['worker/1', 'worker/2', 'worker/1'])
  })

  it('takes the slot that has run least', () => {
    const strategy = composeStrategy({ name: 'spread', placement: leastLoaded })
    const run = story({ slots: 3, strategy }).plan('a')
    run.succeed('a')
    run.answer(delegate('b'))
    run.succeed('b')
    run.answer(delegate('c'))
    expect(run.of('task.assigned').map(({ slot }) => slot)).toEqual(['worker/1', 'worker/2', 'worker/3'])
    expect(run.of('task.assigned')[0]?.rule).toBe('fifo/least-loaded')
  })

  it('sees only slots that are free and able', () => {
    const seen: string[][] = []
    const strategy = composeStrategy({
      name: 'watch',
      placement: {
        name: 'watch',
        choose: (_task, slots) => {
          seen.push(slots.map(({ slot }) => slot))
          return slots.length - 1
        },
      },
    })
    const workers = [worker('worker'), worker('other', { handles: 'rest' }), worker('third', { slotsMax: 1 })]
    const run = story({ workers, strategy }).plan('a', 'b', 'c')
    expect(seen).toEqual([['worker/1', 'worker/2', 'third/1', 'third/2'], ['worker/1', 'worker/2'], ['worker/1']])
    expect(run.running).toEqual(['a', 'b', 'c'])
  })

  it('that names no slot gets the first one', () => {
    const strategy = composeStrategy({ name: 'off', placement: { name: 'off', choose: () => 99 } })
    expect(story({ strategy }).plan('a').of('task.assigned')[0]?.slot).toBe('worker/1')
  })

  it('uses a slot again that was freed while another entry of it was still listed', () => {
    const strategy = composeStrategy({
      name: 'last',
      placement: { name: 'last', choose: (_task, slots) => slots.length - 1 },
    })
    const run = story({ slots: 2, strategy }).plan('a', 'b', 'c', 'd')
    expect(order(run)).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('an index that is built anew', () => {
  const stories: Record<string, StoryOptions> = Object.fromEntries(
    BUILT_IN_STRATEGIES.map((strategy) => [strategy.name, { strategy, slots: 1, limits: { tokensMax: 50 } }]),
  )

  it.each(Object.entries(stories))('decides as the one that was kept, under %s (R2)', (_name, options) => {
    const writes = { uses: [{ resource: 'db', mode: 'write' as const }] }
    const run = story({ ...options, workers: [worker('worker'), worker('other', { handles: 'rest' })] }).plan(
      task('a', { priority: 1, ...writes }),
      task('b', { dependsOn: ['a'], priority: 7, ...writes }),
      task('c', { limits: { tokensMax: 30 } }),
      task('d', { type: 'rest', limits: { tokensMax: 30 }, ...writes }),
      task('e', { type: 'rest', priority: 3 }),
      task('f', { dependsOn: ['c'] }),
    )
    run.fail(run.running[0] as string)
    const folded = foldKernel(run.kernel.strategy, run.facts)
    for (const slot of ['worker/2', 'other/2', 'worker/3', 'other/3']) {
      const joined = { type: 'joined', slot, worker: slot.slice(0, -2), at: run.at } as const
      expect(decide(folded, joined)).toEqual(decide(run.kernel, joined))
    }
    run.at += 200
    const tick = { type: 'tick', at: run.at } as const
    expect(decide(folded, tick)).toEqual(decide(run.kernel, tick))
    expect(run.kernel.state.live).toBeGreaterThan(2)
  })
})
