import type { Decision, Message, OutcomeMessage } from '@bosun/core'
import * as fc from 'fast-check'
import { filter, from, lastValueFrom, map, merge, mergeMap, Subject, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { delegate, finish, partial, task } from '../decisions/decisions.ts'
import { decide } from '../define/decide.ts'
import { defineManager } from '../define/define-manager.ts'
import { fakeRun, picks } from '../fake-run.fixture.ts'
import { commutative, ordered } from '../reducers/reducer.ts'
import { foldOutcomes } from './fold-outcomes.ts'
import { groupByType } from './group-by-type.ts'
import { inTaskOrder } from './in-task-order.ts'
import type { TaskOutcome } from './task-outcome.ts'
import { throttleProgress } from './throttle-progress.ts'
import { treeReduce } from './tree-reduce.ts'
import { withMissing } from './with-missing.ts'

const ids = (count: number) => Array.from({ length: count }, (_, index) => `t${String(index).padStart(2, '0')}`)
const succeeded = (id: string, result: string = id): TaskOutcome => ({
  run: 'r',
  task: id,
  taskType: 'echo',
  outcome: 'succeeded',
  result,
})
const failed = (id: string): TaskOutcome => ({ run: 'r', task: id, taskType: 'echo', outcome: 'failed' })

/** Outcomes of up to 20 tasks, some of which fail, in any order. */
const arrivals = fc.array(fc.boolean(), { maxLength: 20 }).chain((all) =>
  fc.shuffledSubarray(
    ids(all.length).map((id, index) => (all[index] ? succeeded(id) : failed(id))),
    { minLength: all.length },
  ),
)

const text = ordered((all: string, one: string) => `${all}${one},`, '')
const set = commutative((all: readonly string[], one: string) => [...all, one].toSorted(), [])

describe('foldOutcomes', () => {
  it('M-39: comes to what a fold in task order comes to, in every order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (outcomes) => {
        const sorted = outcomes.toSorted((a, b) => (a.task < b.task ? -1 : 1))
        const results = sorted.flatMap(({ outcome, task: id }) => (outcome === 'succeeded' ? [id] : []))
        const tasks = sorted.map(({ task: id }) => task('echo', null, { id }))
        const last = async (operator: ReturnType<typeof foldOutcomes<string, unknown>>) =>
          (await lastValueFrom(from(outcomes).pipe(operator), { defaultValue: undefined }))?.value
        expect((await last(foldOutcomes(set))) ?? []).toEqual(results)
        const whole = results.map((id) => `${id},`).join('')
        expect((await last(foldOutcomes(text, tasks))) ?? '').toBe(whole)
        expect((await last(foldOutcomes(text))) ?? '').toBe(whole)
      }),
    )
  })

  it('M-40 T-34: tells after each outcome what it contains and what is missing, and what it told stays so', () => {
    const told: unknown[] = []
    const kept: { contains: readonly string[] }[] = []
    from([succeeded('b'), failed('a'), succeeded('c')])
      .pipe(foldOutcomes(set))
      .subscribe((folded) => {
        kept.push(folded)
        told.push([folded.value, folded.contains, folded.missing.map(({ task: id }) => id)])
      })
    expect(told).toEqual([
      [['b'], ['b'], []],
      [['b'], ['b'], ['a']],
      [['b', 'c'], ['b', 'c'], ['a']],
    ])
    expect(kept.map(({ contains }) => contains)).toEqual([['b'], ['b'], ['b', 'c']])
  })

  it('takes a successor for the task that it stands in for', async () => {
    const outcomes = [failed('a'), succeeded('b'), failed('a~2'), succeeded('a~3', 'A')]
    const tasks = ['a', 'b'].map((id) => task('echo', null, { id }))
    const folded = await lastValueFrom(from(outcomes).pipe(foldOutcomes(text, tasks)))
    expect(folded).toMatchObject({ value: 'A,b,', contains: ['b', 'a~3'], missing: [] })
  })
})

describe('inTaskOrder', () => {
  it('M-38: lets every outcome through once, in task order, whatever the order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (outcomes) => {
        const order = ids(outcomes.length)
        const through = await lastValueFrom(from(outcomes).pipe(inTaskOrder(order), toArray()))
        expect(through.map(({ task: id }) => id)).toEqual(order)
      }),
    )
  })

  it('lets one through as soon as all before it are there, and what is left at the end', () => {
    const outcome$ = new Subject<TaskOutcome>()
    const seen: string[] = []
    outcome$.pipe(inTaskOrder(['a', 'b', 'c', 'd'])).subscribe(({ task: id }) => seen.push(id))
    const steps = ['b', 'x', 'a', 'd', 'a~2'].map((id) => {
      outcome$.next(succeeded(id))
      return seen.splice(0)
    })
    outcome$.complete()
    expect([...steps, seen]).toEqual([[], [], ['a', 'b'], [], ['a~2'], ['d', 'x']])
  })
})

describe('groupByType and withMissing', () => {
  it('parts outcomes by the type of their tasks', async () => {
    const outcomes = [succeeded('a'), { ...succeeded('b'), taskType: 'write' }, succeeded('c')]
    const grouped$ = from(outcomes).pipe(
      groupByType(),
      mergeMap((one$) =>
        one$.pipe(
          toArray(),
          map((all) => [one$.key, all.map(({ task: id }) => id)]),
        ),
      ),
      toArray(),
    )
    expect(await lastValueFrom(grouped$)).toEqual([
      ['echo', ['a', 'c']],
      ['write', ['b']],
    ])
  })

  it('T-34: names of every expected task whether it is in, missing or on its way', () => {
    fc.assert(
      fc.property(arrivals, (outcomes) => {
        const expected = ids(outcomes.length)
        from(outcomes)
          .pipe(foldOutcomes(set), withMissing(expected))
          .subscribe(({ contains, missing, waiting }) => {
            expect([...contains, ...missing.map(({ task: id }) => id), ...waiting].toSorted()).toEqual(expected)
          })
      }),
    )
    from([failed('a'), succeeded('a~2')])
      .pipe(foldOutcomes(set), withMissing(['a', 'b']))
      .subscribe(({ waiting }) => expect(waiting).toEqual(['b']))
  })
})

describe('treeReduce', () => {
  it('M-62: comes to what reduce comes to, each value merged about log n times', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), async (parts) => {
        let merges = 0
        const concat = (left: { text: string; depth: number }, right: { text: string; depth: number }) => {
          merges += 1
          return { text: left.text + right.text, depth: Math.max(left.depth, right.depth) + 1 }
        }
        const leaves = parts.map((part) => ({ text: part, depth: 0 }))
        const whole = await lastValueFrom(from(leaves).pipe(treeReduce(concat, { text: '', depth: 0 })))
        expect(whole.text).toBe(parts.join(''))
        expect(merges).toBe(Math.max(0, parts.length - 1))
        expect(whole.depth).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(Math.max(1, parts.length))))
      }),
    )
  })
})

describe('throttleProgress', () => {
  it('lets the first through, then none too early, and the last one at the end', () => {
    let at = 0
    const value$ = new Subject<number>()
    const seen: number[] = []
    value$.pipe(throttleProgress(100, () => at)).subscribe((value) => seen.push(value))
    for (at of [0, 50, 99, 100, 150, 320, 330]) value$.next(at)
    expect(seen).toEqual([0, 100, 320])
    value$.complete()
    expect(seen).toEqual([0, 100, 320, 330])
  })

  it('brings no error of its own and hides none', () => {
    const value$ = new Subject<number>()
    const seen: unknown[] = []
    value$.pipe(throttleProgress(1, () => 0)).subscribe({ error: (error) => seen.push(error) })
    value$.error('broken')
    expect(seen).toEqual(['broken'])
  })
})

it('M-39: a program may be written with operators; it decides within its deliveries and in time of the run', () => {
  const streamed = defineManager({
    name: 'streamed',
    program: (inbox$, view) => {
      const outcome$ = inbox$.pipe(filter((message): message is OutcomeMessage & Message => message.type === 'outcome'))
      return merge(
        inbox$.pipe(
          decide(({ type }) => (type === 'goal' ? delegate(ids(9).map((id) => task('echo', id, { id }))) : [])),
        ),
        outcome$.pipe(
          foldOutcomes(set),
          map(({ value }): Decision => partial(value)),
          throttleProgress(10, () => view.at),
        ),
        inbox$.pipe(
          filter(({ type }) => type === 'settled'),
          map((): Decision => finish(Array.from(view.tasks(), ({ result }) => result ?? null))),
        ),
      )
    },
  })
  fc.assert(
    fc.property(fc.array(fc.nat()), (choices) => {
      const { end, violations, partials } = fakeRun(streamed, {
        goal: null,
        work: ({ body }) => ({ result: body }),
        pick: picks(choices),
      })
      expect({ end, violations }).toEqual({ end: { type: 'finish', result: ids(9) }, violations: [] })
      expect(partials).toHaveLength(1)
    }),
  )
})
