import type { Json, Task } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { task } from '../decisions/decisions.ts'
import { fakeRun, finished, picks } from '../fake-run.fixture.ts'
import { ordered } from '../reducers/reducer.ts'
import { workQueue } from './work-queue.ts'

const echo = ({ body }: { body: Json }) => ({ result: body })
const failingA = ({ id, body }: Task) => (id === 'a' ? { outcome: 'failed' as const } : { result: body })
const letters = workQueue({
  name: 'letters',
  items: (text: string) => text,
  task: (letter: string, index) => task('echo', letter, { id: `l${index}` }),
  reduce: ordered((all: string, one: string) => all + one, ''),
  openMax: 3,
})

/** How many tasks were open after each message, from the log. */
function openCounts({ log }: ReturnType<typeof fakeRun>): number[] {
  let open = 0
  return log.map(({ message, decisions }) => {
    if (message.type === 'outcome') open -= 1
    for (const decision of decisions) if (decision.type === 'delegate') open += decision.tasks.length
    return open
  })
}

describe('workQueue', () => {
  it('keeps the queue filled while there is something to do, and no further', () => {
    const run = fakeRun(letters, { goal: 'abcdef', work: echo })
    expect(openCounts(run)).toEqual([3, 3, 3, 3, 2, 1, 0, 0])
    expect(finished(run)).toMatchObject({ result: 'abcdef', contains: ['l0', 'l1', 'l2', 'l3', 'l4', 'l5'] })
  })

  it('gives the same result in the order of the items, whoever is faster', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.array(fc.nat()), (text, choices) => {
        const run = fakeRun(letters, { goal: text, work: echo, pick: picks(choices) })
        expect(finished(run).result).toBe([...text].join(''))
        expect(Math.max(...openCounts(run))).toBeLessThanOrEqual(3)
      }),
    )
  })

  it('draws from a list without end only what it can use, up to the limit of the run', () => {
    let drawn = 0
    const endless = workQueue({
      name: 'endless',
      *items() {
        for (;;) yield drawn++
      },
      task: (n: number) => task('echo', n, { id: `n${n}` }),
    })
    const run = fakeRun(endless, { goal: null, work: echo, tasksMax: 40 })
    // Twice the 8 slots of the run are open; what was refused ends the drawing.
    expect(openCounts(run)[0]).toBe(16)
    expect(finished(run)).toMatchObject({ refused: [{ task: 'n40', code: 'LIMIT_TASKS' }] })
    expect(finished(run).contains).toHaveLength(40)
    expect(drawn).toBeLessThan(60)
  })

  it('M-42: makes one task of an item that comes twice', () => {
    const queue = workQueue({ name: 'x', items: () => ['a', 'b', 'a'], task: (id: string) => task('echo', id, { id }) })
    expect(finished(fakeRun(queue, { goal: null, work: echo })).result).toEqual(['a', 'b'])
  })

  it.each(['its own', 'that of the run'])('M-38: draws nothing more after a failure, by %s policy', (whose) => {
    const fast = workQueue({
      name: 'x',
      items: () => ['a', 'b', 'c', 'd', 'e'],
      task: (id: string) => task('echo', id, { id }),
      openMax: 2,
      ...(whose === 'its own' ? { failure: 'fail-fast' as const } : {}),
    })
    const run = fakeRun(fast, {
      goal: null,
      work: failingA,
      failure: whose === 'its own' ? 'best-effort' : 'fail-fast',
    })
    expect(finished(run)).toMatchObject({
      contains: [],
      missing: [
        { task: 'a', outcome: 'failed' },
        { task: 'b', outcome: 'cancelled' },
      ],
      policy: 'fail-fast',
    })
  })

  it('M-40: shows progress, and finishes with nothing when there is nothing', () => {
    const shown = workQueue({
      name: 'x',
      items: (text: string) => text,
      task: (id: string) => task('echo', id, { id }),
      progress: true,
    })
    expect(fakeRun(shown, { goal: 'a', work: echo }).partials).toMatchObject([{ final: false, done: 1, total: 1 }])
    expect(finished(fakeRun(shown, { goal: '', work: echo })).result).toEqual([])
  })
})
