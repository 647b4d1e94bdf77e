import { describe, expect, it } from 'vitest'
import { delegate, finish, story, task, types, worker } from '../kernel.fixture.ts'
import { composeStrategy } from '../strategies/compose-strategy.ts'

const diamond = [
  task('a'),
  task('b', { dependsOn: ['a'] }),
  task('c', { dependsOn: ['a'] }),
  task('d', { dependsOn: ['b', 'c'] }),
]

describe('dependencies', () => {
  it('hold a task back until all of them succeeded, and free it with the last (T-24, T-25)', () => {
    const run = story().plan(...diamond)
    expect(run.statuses).toEqual({ a: 'assigned', b: 'waiting', c: 'waiting', d: 'waiting' })
    run.succeed('a')
    expect(run.running).toEqual(['b', 'c'])
    run.succeed('c')
    expect(run.status('d')).toBe('waiting')
    expect(types(run.succeed('b')).slice(-2)).toEqual(['task.succeeded', 'task.assigned'])
  })

  it('let the middle of a diamond overlap (T-29)', () => {
    const run = story().plan(...diamond)
    run.succeed('a')
    expect(run.kernel.state.live).toBe(2)
  })

  it('count once when they are named twice', () => {
    const run = story().plan('a', task('b', { dependsOn: ['a', 'a'] }))
    run.succeed('a')
    expect(run.status('b')).toBe('assigned')
  })

  it('that have succeeded already make a later task ready at once', () => {
    const run = story().plan('a')
    run.succeed('a')
    run.answer(delegate(task('b', { dependsOn: ['a'] })))
    expect(run.status('b')).toBe('assigned')
  })
})

describe('a prerequisite that did not succeed (T-28, S11)', () => {
  it('skips what depends on it, each with its own cause', () => {
    const run = story({ retry: { retriesMax: 0 } }).plan(...diamond)
    run.fail('a')
    expect(run.of('task.skipped').map(({ task: id, because, outcome }) => [id, because, outcome])).toEqual([
      ['b', 'a', 'failed'],
      ['c', 'a', 'failed'],
      ['d', 'c', 'skipped'],
    ])
    expect(run.of('task.assigned')).toHaveLength(1)
  })

  it('skips nothing while it may still be tried again', () => {
    const run = story().plan(...diamond)
    run.fail('a')
    expect(run.of('task.skipped')).toEqual([])
  })

  it('skips a task that is added behind it later, at once', () => {
    const run = story({ retry: { retriesMax: 0 } }).plan('a', 'x')
    run.fail('a')
    run.answer(delegate(task('b', { dependsOn: ['x', 'a'] }), task('c', { dependsOn: ['b'] }), 'y'))
    expect(run.statuses).toEqual({ a: 'failed', x: 'assigned', b: 'skipped', c: 'skipped', y: 'assigned' })
    expect(run.of('task.skipped')).toMatchObject([
      { task: 'b', because: 'a' },
      { task: 'c', because: 'b' },
    ])
  })

  it('keeps what finished, and lets siblings go on, under best effort', () => {
    const run = story({ retry: { retriesMax: 0 } }).plan('a', 'b', 'c')
    run.succeed('a')
    run.fail('b')
    expect(run.statuses).toEqual({ a: 'succeeded', b: 'failed', c: 'assigned' })
  })
})

describe('under fail-fast', () => {
  const failFast = { policy: { failure: 'fail-fast' }, retry: { retriesMax: 0 } } as const

  it('the first final failure skips its dependants, cancels the rest and keeps what finished', () => {
    const run = story({ ...failFast, slots: 3 }).plan(
      'a',
      'b',
      'c',
      task('d', { dependsOn: ['b'] }),
      task('e', { dependsOn: ['c'] }),
    )
    run.succeed('a')
    run.fail('b')
    expect(run.statuses).toEqual({ a: 'succeeded', b: 'failed', c: 'cancelled', d: 'skipped', e: 'cancelled' })
    expect(run.of('task.cancelled')[0]).toMatchObject({ task: 'c', by: 'policy', reason: 'fail-fast: b failed' })
  })

  it('tasks that the manager adds afterwards run, even beside one that hangs on the failure', () => {
    const run = story(failFast).plan('a')
    run.fail('a')
    run.answer(delegate('clean-up'), delegate(task('b', { dependsOn: ['a'] })))
    expect(run.statuses).toEqual({ a: 'failed', 'clean-up': 'assigned', b: 'skipped' })
  })
})

describe('caps that delay (M-49)', () => {
  it('keep the number of attempts at the cap while ten times as many wait, and all finish', () => {
    const ids = Array.from({ length: 30 }, (_, index) => `t${index}`)
    const run = story({ limits: { slotsMax: 3 }, slots: 10 }).plan(...ids)
    for (let turn = 0; turn < 30; turn += 1) {
      expect(run.kernel.state.live).toBe(Math.min(3, 30 - turn))
      run.succeed(run.running[0] as string)
    }
    expect(run.kernel.view.tally.succeeded).toBe(30)
  })

  it('keep starts within any second at the rate', () => {
    const run = story({ limits: { startsPerSecondMax: 2 }, slots: 9, lease: { leaseMs: 60_000 } }).plan(
      'a',
      'b',
      'c',
      'd',
      'e',
    )
    expect(run.kernel.state.live).toBe(2)
    run.wait(999)
    expect(run.kernel.state.live).toBe(2)
    run.wait(1)
    expect(run.kernel.state.live).toBe(4)
    run.wait(1_000)
    expect(run.kernel.state.live).toBe(5)
  })

  it('of the strategy hold work back as long as it says so', () => {
    const oneAtATime = composeStrategy({
      name: 'one',
      admission: { admit: (view) => Array.from(view.tasks()).every((one) => one.owner === undefined) },
    })
    const run = story({ strategy: oneAtATime }).plan('a', 'b')
    expect(run.running).toEqual(['a'])
    run.succeed('a')
    expect(run.running).toEqual(['b'])
  })
})

describe('an input that shows policies nothing', () => {
  it('does not ask them again at the same time', () => {
    const { seen, strategy } = asked()
    const run = story({ strategy }).plan('a', 'b', 'c')
    run.feed({ type: 'steer', text: 'faster', by: 'someone' })
    const before = seen.length
    run.begin('a')
    run.answer()
    expect(seen).toHaveLength(before)
  })

  it('asks them when time has gone on since', () => {
    const { seen, strategy } = asked()
    const run = story({ strategy }).plan('a', 'b', 'c')
    const before = seen.length
    run.at += 1
    run.begin('a')
    expect(seen).toHaveLength(before + 1)
  })

  it('starts a retry whose time has come', () => {
    const run = story({ retry: { backoffMs: 5 } }).plan('a', 'b')
    run.fail('a')
    run.at += 5
    expect(types(run.begin('b'))).toEqual(['attempt.started', 'task.assigned'])
  })
})

describe('resources (T-17)', () => {
  const reads = { uses: [{ resource: 'db', mode: 'read' as const }] }
  const writes = { uses: [{ resource: 'db', mode: 'write' as const }] }

  it('M-35: are read by many or written by one, and free again when their holder is lost', () => {
    const run = story({ slots: 9 }).plan(
      task('r1', reads),
      task('r2', reads),
      task('w1', writes),
      task('w2', writes),
      task('r3', reads),
    )
    expect(run.running).toEqual(['r1', 'r2', 'r3'])
    run.succeed('r1')
    run.succeed('r2')
    expect(run.running).toEqual(['r3'])
    run.succeed('r3')
    expect(run.running).toEqual(['w1'])
    run.lose('w1')
    expect(run.running).toEqual(['w2'])
  })

  it('that tasks exclude keep them apart, and nothing else', () => {
    const run = story({ slots: 9 }).plan(
      task('a', { excludes: ['gpu'] }),
      task('b', { excludes: ['gpu', 'disk'] }),
      task('c', { excludes: ['disk'] }),
      'd',
    )
    expect(run.running).toEqual(['a', 'c', 'd'])
    run.succeed('a')
    expect(run.running).toEqual(['c', 'd'])
    run.succeed('c')
    expect(run.running).toEqual(['d', 'b'])
  })

  it('that a task names twice are held once', () => {
    const run = story({ slots: 9 }).plan(
      task('a', { excludes: ['x', 'x'], uses: [...writes.uses, ...reads.uses] }),
      task('b', { excludes: ['x'], ...reads }),
    )
    expect(run.running).toEqual(['a'])
    run.succeed('a')
    expect(run.running).toEqual(['b'])
    run.succeed('b')
    expect(run.kernel.state.resources.size).toBe(0)
  })

  it('do not let a parked task pass its backoff', () => {
    const run = story({ slots: 9 }).plan(task('a', writes), task('b', writes))
    run.feed({ type: 'steer', text: 'amend b', by: 'ada' })
    run.answer({ type: 'amend', replace: [task('b', { ...writes, priority: 1 })] })
    run.succeed('a')
    run.fail('b')
    expect(run.status('b')).toBe('retrying')
    run.wait(199)
    expect(run.running).toEqual([])
    run.wait(1)
    expect(run.running).toEqual(['b'])
  })
})

const costs = (tokensMax: number) => ({ limits: { tokensMax, retriesMax: 0 } })
const using = (id: string, tokens: number) =>
  ({ type: 'result', task: id, epoch: 1, result: null, outputs: [], usage: { tokens, costMicros: 0 } }) as const

describe('budgets (M-50, S5)', () => {
  it('are reserved at the assignment, in the slice that the attempt gets', () => {
    const run = story({ limits: { tokensMax: 100 } }).plan(task('a', costs(60)))
    expect(run.of('task.assigned')[0]?.slice).toEqual({ tokens: 60, costMicros: 0 })
    expect(run.of('budget.reserved')).toMatchObject([{ task: 'a', epoch: 1, tokens: 60 }])
    expect(run.kernel.state.reservedTokens).toBe(60)
  })

  it('delay what others hold the room for, and leave its slot to those that fit', () => {
    const run = story({ limits: { tokensMax: 100 }, slots: 3 }).plan(
      task('a', costs(60)),
      task('b', costs(60)),
      task('c', costs(40)),
      'd',
    )
    expect(run.running).toEqual(['a', 'c', 'd'])
    run.feed(using('a', 10))
    expect(run.running).toEqual(['c', 'd'])
    run.feed(using('c', 10))
    expect(run.running).toEqual(['d', 'b'])
    expect(run.kernel.state).toMatchObject({ spentTokens: 20, reservedTokens: 60 })
  })

  it('lose no slot over a task that has to wait (a slot leaked for every one that did)', () => {
    const run = story({ limits: { tokensMax: 100 }, slots: 2 }).plan(
      task('a', costs(60)),
      task('b', costs(60)),
      task('c', costs(60)),
      'd',
      'e',
    )
    expect(run.running).toEqual(['a', 'd'])
    run.succeed('d')
    expect(run.running).toEqual(['a', 'e'])
  })

  it('refuse what the rest of the budget cannot hold, and the run ends exhausted by that name', () => {
    const run = story({ limits: { tokensMax: 100 } }).plan(
      task('a', costs(60)),
      task('b', costs(101)),
      task('c', { dependsOn: ['b'] }),
    )
    expect(run.statuses).toEqual({ a: 'assigned', b: 'failed', c: 'skipped' })
    run.feed(using('a', 60))
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.exhausted', causeCode: 'LIMIT_BUDGET', missing: ['b', 'c'] })
  })

  it('count a lost attempt at its whole slice, or at what the broker says', () => {
    const run = story({ limits: { tokensMax: 100 } }).plan(task('a', costs(30)), task('b', costs(30)))
    run.lose('a')
    run.feed({
      type: 'lost',
      task: 'b',
      epoch: 1,
      error: { code: 'HOST_DIED', message: '' },
      usage: { tokens: 5, costMicros: 0 },
    })
    expect(run.kernel.state).toMatchObject({ spentTokens: 35, reservedTokens: 0 })
  })

  it('settle what an attempt had reserved when its slot leaves', () => {
    const run = story({ slots: 1 }).plan(task('a', costs(30)))
    run.feed({ type: 'left', slot: 'worker/1', reason: 'drain' })
    expect(run.of('budget.settled')).toMatchObject([{ task: 'a', epoch: 1, tokens: 30 }])
  })

  it('that are raised let waiting tasks go', () => {
    const run = story({ limits: { tokensMax: 100 } }).plan(task('a', costs(60)), task('b', costs(60)))
    run.feed({ type: 'raiseLimits', limits: { tokensMax: 120 }, by: 'ada' })
    expect(run.running).toEqual(['a', 'b'])
  })

  it('take zero for zero: nothing fits but nothing', () => {
    const run = story({ limits: { tokensMax: 0 } }).plan(task('a', costs(0)), task('b', costs(1)))
    expect(run.statuses).toEqual({ a: 'assigned', b: 'failed' })
  })
})

it('assigns a task that several workers handle to the first with a free slot', () => {
  const run = story({ workers: [worker('one', { slotsMax: 1 }), worker('two')] }).plan('a', 'b')
  expect(run.of('task.assigned').map(({ slot }) => slot)).toEqual(['one/1', 'two/1'])
})

/** A strategy that notes when its admission is asked. */
function asked() {
  const seen: number[] = []
  const admission = { admit: (view: { readonly at: number }) => seen.push(view.at) > 0 }
  return { seen, strategy: composeStrategy({ name: 'seen', admission }) }
}
