import type { Decision, Json } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { task } from '../decisions/decisions.ts'
import { fakeRun, finished } from '../fake-run.fixture.ts'
import { commutative } from '../reducers/reducer.ts'
import { dynamic } from './dynamic.ts'
import { fanOut } from './fan-out.ts'
import type { GroupingOptions } from './grouping.ts'
import { mapReduce } from './map-reduce.ts'
import { pipeline } from './pipeline.ts'
import { streaming } from './streaming.ts'
import { workQueue } from './work-queue.ts'

const tasks = () => [task('echo', 1, { id: 'a' }), task('echo', 2, { id: 'b', group: 'in', limits: { retriesMax: 0 } })]
const sum = commutative((all: number, one: number) => all + one, 0)
const echo = ({ body }: { body: Json }) => ({ result: body })

/** Each variant with the same two tasks, and the group that these are in. */
const variants = {
  fanOut: (options: GroupingOptions) => fanOut({ name: 'x', start: tasks, ...options }),
  planned: (options: GroupingOptions) => fanOut({ name: 'x', plan: true, ...options }),
  streaming: (options: GroupingOptions) => streaming({ name: 'x', start: tasks, reduce: sum, ...options }),
  dynamic: (options: GroupingOptions) => dynamic({ name: 'x', start: tasks, discovered: () => undefined, ...options }),
  workQueue: (options: GroupingOptions) => workQueue({ name: 'x', items: tasks, task: (one) => one, ...options }),
  mapReduce: (options: GroupingOptions) => mapReduce({ name: 'x', map: tasks, reduce: sum, ...options }),
}

/** What is decided until the first tasks are delegated. */
function begun(variant: keyof typeof variants, options: GroupingOptions): readonly Decision[] {
  const { log } = fakeRun(variants[variant](options), { goal: null, work: echo, plan: tasks })
  return log.flatMap(({ decisions }) => decisions.filter(({ type }) => type === 'group' || type === 'delegate'))
}

describe.each(Object.keys(variants) as (keyof typeof variants)[])('the tasks of %s', (variant) => {
  const group = variant === 'mapReduce' ? 'map' : 'x'

  it.each<readonly [GroupingOptions, object]>([
    [{ concurrency: 4 }, { slotsMax: 4 }],
    [{ failure: 'any' }, { quorum: 1 }],
    [{ failure: { quorum: 2, deadlineMs: 9 } }, { quorum: 2, deadlineMs: 9 }],
    [
      { failure: { deadlineMs: 9 }, concurrency: 1 },
      { slotsMax: 1, deadlineMs: 9 },
    ],
  ])('M-38 M-62: lie in a group of its own with %j, which is opened before them', (options, limits) => {
    const [opened, ...delegated] = begun(variant, options)
    expect(opened).toEqual({ type: 'group', group: { name: group, ...limits } })
    expect(delegated.flatMap((one) => (one.type === 'delegate' ? one.tasks.map((added) => added.group) : []))).toEqual([
      group,
      `${group}/in`,
    ])
  })

  it('M-38: are tried again as often as the policy says, unless they say themselves', () => {
    const decisions = begun(variant, { failure: { retriesMax: 7 } })
    expect(decisions.flatMap((one) => (one.type === 'delegate' ? one.tasks.map(({ limits }) => limits) : []))).toEqual([
      { retriesMax: 7 },
      { retriesMax: 0 },
    ])
  })

  it('lie where they say when there is nothing to say of them as a whole', () => {
    for (const options of [{}, { failure: 'fail-fast' }] as const) {
      const decisions = begun(variant, options)
      expect(decisions.flatMap((one) => (one.type === 'delegate' ? one.tasks : []))).toEqual(tasks())
    }
  })
})

it('M-38: names the policy in the result, and the stricter one of the run', () => {
  const failure = { quorum: 2 }
  const run = (ofRun: 'best-effort' | 'fail-fast') =>
    finished(fakeRun(variants.fanOut({ failure }), { goal: null, work: echo, failure: ofRun })).policy
  expect([run('best-effort'), run('fail-fast')]).toEqual([failure, 'fail-fast'])
})

it('M-62: gives bounds and retries to the tasks of a nested map, and bounds to stages', () => {
  const nested = mapReduce({
    name: 'x',
    map: dynamic({ start: tasks, discovered: () => undefined, concurrency: 3 }),
    reduce: sum,
    concurrency: 2,
  })
  const piped = pipeline({ name: 'y', stages: [{ name: 'first', run: nested, limits: { slotsMax: 1 } }] })
  const { log } = fakeRun(piped, { goal: null, work: echo })
  expect(log[0]?.decisions).toMatchObject([
    { type: 'group', group: { name: 'first', slotsMax: 1 } },
    { type: 'group', group: { name: 'first/map', slotsMax: 2 } },
    { type: 'group', group: { name: 'first/map/dynamic', slotsMax: 3 } },
    { type: 'delegate', tasks: [{ group: 'first/map/dynamic' }, { group: 'first/map/dynamic/in' }] },
  ])
  const retrying = mapReduce({
    name: 'x',
    map: dynamic({ start: tasks, discovered: () => undefined }),
    reduce: sum,
    failure: { retriesMax: 7 },
  })
  expect(fakeRun(retrying, { goal: null, work: echo }).log[0]?.decisions).toMatchObject([
    { type: 'delegate', tasks: [{ id: 'map/a', limits: { retriesMax: 7 } }, { limits: { retriesMax: 0 } }] },
  ])
})
