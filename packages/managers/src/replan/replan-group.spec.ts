import type { Json, Outcome, Task } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { delegate, fail, finish, plan, task } from '../decisions/decisions.ts'
import { foldManager } from '../define/fold-manager.ts'
import { fakeRun, type FakeRunOptions } from '../fake-run.fixture.ts'
import { replanGroup, type ReplanOptions, type ReplanRequest } from './replan-group.ts'

const EVERYTHING: readonly Outcome[] = ['failed', 'lost', 'skipped', 'cancelled']

const stubborn = (options: ReplanOptions = {}) =>
  foldManager({
    name: 'stubborn',
    initial: () => replanGroup(options),
    on: {
      goal: (_, { goal }) => plan('first', goal),
      plan: (replan, message, view) =>
        replan.owns(message) ? replan.take(message, view) : delegate(message.tasks, { plan: message.plan }),
      planFailed: (replan, message, view) => [...replan.take(message, view), fail(message.error.message)],
      outcome: (replan, message, view) => replan.take(message, view),
      settled: (_, __, view) => finish(Array.from(view.tasks(), ({ spec, status }) => `${spec.id} ${status}`)),
    },
  })

/** Runs it with a planner that answers in turn; tells what the planner was asked, and how the run went. */
function replanned(
  plans: readonly (readonly Task[])[],
  fails: readonly string[],
  more: Partial<FakeRunOptions> = {},
  options?: ReplanOptions,
) {
  const asked: Json[] = []
  const answers = [...plans]
  const run = fakeRun(stubborn(options), {
    goal: 'goal',
    waive: EVERYTHING,
    plan(goal) {
      asked.push(goal)
      return answers.shift() ?? 'no more plans'
    },
    work: ({ id }) => (fails.includes(id) ? { outcome: 'failed' } : { result: id }),
    ...more,
  })
  const requests = asked.slice(1).map((goal) => (goal as { replan?: ReplanRequest }).replan)
  const decided = run.log.flatMap(({ decisions }) => decisions)
  const result = run.end.type === 'finish' ? (run.end.result as string[]) : run.end
  return { asked, requests, decided, result, waived: decided.filter(({ type }) => type === 'waive') }
}

const chain = (group: string, ...ids: readonly string[]) =>
  ids.map((id, index) => task('t', null, { id, group, ...(index === 0 ? {} : { dependsOn: [ids[index - 1] ?? ''] }) }))

const alone = (id: string) => [task('t', null, { id })]
const inWords = ({ group, failed }: ReplanRequest) => `${group} without ${failed[0]?.task}`

describe('M-48: a replan', () => {
  it('is of the smallest group that a failure invalidates: nothing else is withdrawn, and the planner is told why', () => {
    const first = [
      ...chain('book/one', 'a1', 'a2', 'a3'),
      task('t', null, { id: 'a9', group: 'book/one', dependsOn: ['b2'] }),
      ...chain('book/two', 'b1', 'b2'),
    ]
    const { requests, decided, result, waived } = replanned([first, [task('t', null, { id: 'a4' })]], ['a1'])
    expect(requests).toEqual([
      {
        group: 'book/one',
        round: 2,
        failed: [{ task: 'a1', code: 'WORKER_THREW', message: expect.stringContaining('a1') }],
        done: [],
        dropped: ['a2', 'a3', 'a9'],
      },
    ])
    expect(decided.filter(({ type }) => type === 'amend')).toEqual([{ type: 'amend', withdraw: ['a9'] }])
    expect(waived).toMatchObject([{ tasks: ['a1', 'a2', 'a3', 'a9'] }])
    expect(decided.findLast(({ type }) => type === 'delegate')).toMatchObject({
      plan: 'replan:book/one:2',
      tasks: [{ id: 'a4', group: 'book/one' }],
    })
    expect(result).toEqual([
      'a1 failed',
      'a2 skipped',
      'a3 skipped',
      'a9 cancelled',
      'b1 succeeded',
      'b2 succeeded',
      'a4 succeeded',
    ])
  })

  it('is of the group around, as far out as anything depends on what is void', () => {
    const first = [
      ...chain('book/one', 'a1', 'a2'),
      task('t', null, { id: 'bind', group: 'book', dependsOn: ['a2'] }),
      ...chain('other', 'o1'),
    ]
    expect(replanned([first, [task('t', null, { id: 'n' })]], ['a1']).requests).toMatchObject([{ group: 'book' }])
    const out = [...first, task('t', null, { id: 'print', dependsOn: ['bind'] })]
    expect(replanned([out, [task('t', null, { id: 'n' })]], ['a1']).requests).toMatchObject([{ group: null }])
    // Nothing hangs on the failed task itself, but something outside on what would be withdrawn with it.
    const sibling = [
      task('t', null, { id: 'f', group: 'g' }),
      ...chain('g', 'x'),
      task('t', null, { id: 'y', group: 'h', dependsOn: ['x'] }),
    ]
    expect(replanned([sibling, [task('t', null, { id: 'n' })]], ['f']).requests).toMatchObject([{ group: null }])
  })

  it('may be the same plan again: what is done stays, what ended in vain gets another name', () => {
    const first = chain('g', 'a', 'b', 'c')
    let fails = 1
    const { result, decided } = replanned([first, first], [], {
      work: ({ id }) => (id === 'b' && fails-- > 0 ? { outcome: 'failed' } : { result: id }),
    })
    expect(decided.findLast(({ type }) => type === 'delegate')).toMatchObject({
      tasks: [{ id: 'a' }, { id: 'b:2', dependsOn: ['a'] }, { id: 'c:2', dependsOn: ['b:2'] }],
    })
    expect(result).toEqual(['a succeeded', 'b failed', 'c skipped', 'b:2 succeeded', 'c:2 succeeded'])
  })

  it('comes as often as is allowed for each group, and not where its waivers are not', () => {
    const plans = [chain('g', 'a'), alone('b'), alone('c'), alone('d')]
    expect(replanned(plans, ['a', 'b', 'c', 'd']).requests).toHaveLength(1)
    expect(replanned(plans, ['a', 'b', 'c', 'd'], {}, { replansMax: 3 }).requests.map((one) => one?.round)).toEqual([
      2, 3, 4,
    ])
    expect(replanned(plans, ['a'], {}, { replansMax: 0 }).requests).toEqual([])
    expect(replanned(plans, ['a'], { waive: ['failed'] }).requests).toEqual([])
  })

  it('is none for a static plan that goes well: the planner is asked once', () => {
    expect(replanned([chain('g', 'a', 'b')], []).asked).toEqual(['goal'])
  })

  it('waives nothing when there is no other plan', () => {
    const { result, waived } = replanned([chain('g', 'a')], ['a'])
    expect(result).toMatchObject({ type: 'fail' })
    expect(waived).toEqual([])
  })

  it('asks what it is told to ask', () => {
    expect(replanned([chain('g', 'a'), chain('g', 'b')], ['a'], {}, { goal: inWords }).asked).toEqual([
      'goal',
      'g without a',
    ])
  })
})
