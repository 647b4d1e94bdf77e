import type { Decision, Json, Message, Task } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delegate, finish, partial, task } from '../decisions/decisions.ts'
import { foldManager } from '../define/fold-manager.ts'
import { fakeRun, picks, sessionOf, type FakeRunOptions } from '../fake-run.fixture.ts'
import { commutative } from '../reducers/reducer.ts'
import { dynamic } from '../variants/dynamic.ts'
import { replayDecisions, withoutPartials, type Replay } from './replay-decisions.ts'

const goal: Message = { type: 'goal', seq: 1, goal: null }
const visit = (id: string) => task('visit', id, { id })

const crawler = dynamic({
  name: 'crawler',
  start: (seeds: Json) => (seeds as string[]).map(visit),
  discovered: (link: string) => visit(link),
  reduce: commutative((all: Record<string, number>, one: string) => ({ ...all, [one]: 1 }), {}),
  progress: true,
})

describe('replayDecisions', () => {
  it('finds no difference for any run of a manager that depends on its messages alone', () => {
    const page = fc.constantFrom('a', 'b', 'c', 'd')
    const site = fc.dictionary(page, fc.array(page, { maxLength: 3 }), { noNullPrototype: true })
    const ending = fc.constantFrom('succeeded', 'failed', 'lost')
    fc.assert(
      fc.property(site, fc.dictionary(page, ending), fc.array(fc.nat()), (links, endings, choices) => {
        const options = (): FakeRunOptions => ({
          goal: ['a', 'b'],
          work: ({ id }: Task) => ({ result: id, discovered: links[id] ?? [], outcome: endings[id] ?? 'succeeded' }),
          pick: picks(choices),
        })
        const recorded = fakeRun(crawler, options())
        const replays: Replay[] = []
        let next = 0
        fakeRun(crawler, options(), (session, message) => {
          const decisions = throughJson(withoutPartials(recorded.log[next++]?.decisions ?? []))
          const replay = replayDecisions(session, message, decisions.length === 0 ? undefined : decisions)
          replays.push(replay)
          // The recorded decisions stand.
          return { decisions, ended: replay.ended }
        })
        expect(replays).toEqual(recorded.log.map((_, n) => ({ ended: n === recorded.log.length - 1 })))
      }),
    )
  })

  it('shows what was decided and what was decided before, when they differ', () => {
    let lives = 0
    const forgetful = foldManager({
      name: 'forgetful',
      initial: () => (lives += 1),
      on: { goal: (life) => delegate(visit(`life${life}`)), settled: () => finish(null) },
    })
    const [first] = sessionOf(forgetful)
    const { decisions } = first.deliver(goal)
    const [second] = sessionOf(forgetful)
    expect(replayDecisions(second, goal, decisions)).toEqual({
      ended: false,
      diverged: {
        expected: '[{"tasks":[{"body":"life1","id":"life1","type":"visit"}],"type":"delegate"}]',
        received: '[{"tasks":[{"body":"life2","id":"life2","type":"visit"}],"type":"delegate"}]',
      },
    })
  })

  it.each<[string, readonly Decision[], readonly Decision[] | undefined]>([
    ['a decision too many', [finish(1)], undefined],
    ['a decision too few', [], [finish(1)]],
    ['another order', [delegate(visit('a')), delegate(visit('b'))], [delegate(visit('b')), delegate(visit('a'))]],
  ])('diverges on %s', (_, fresh, recorded) => {
    const [session] = sessionOf(
      foldManager({ name: 'x', initial: () => 0, on: { goal: () => fresh, settled: () => [] } }),
    )
    expect(replayDecisions(session, goal, recorded)).toHaveProperty('diverged')
  })

  it('does not compare partials or the order of members', () => {
    const fresh = [partial(Math.random()), { result: { a: 1, b: 2 }, type: 'finish' } as const]
    const [session] = sessionOf(
      foldManager({ name: 'x', initial: () => 0, on: { goal: () => fresh, settled: () => [] } }),
    )
    expect(replayDecisions(session, goal, [finish({ b: 2, a: 1 })])).toEqual({ ended: true })
  })

  it('reports a program that breaks on replay, as different from what it had decided', () => {
    const [session] = sessionOf(
      foldManager({
        name: 'x',
        initial: () => 0,
        on: {
          goal() {
            throw new Error('oops')
          },
          settled: () => [],
        },
      }),
    )
    expect(replayDecisions(session, goal, [finish(1)])).toMatchObject({
      failure: { code: 'MANAGER_FAILED' },
      diverged: { received: '[]' },
      ended: true,
    })
  })
})

/** What a journal gives back. */
function throughJson(decisions: readonly Decision[]): Decision[] {
  return JSON.parse(JSON.stringify(decisions)) as Decision[]
}
