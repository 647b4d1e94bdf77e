import type { Json, Task } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { task } from '../decisions/decisions.ts'
import { fakeRun, finished, picks, sessionOf, type Work } from '../fake-run.fixture.ts'
import { commutative } from '../reducers/reducer.ts'
import { fanOut } from './fan-out.ts'
import { mapReduce } from './map-reduce.ts'
import { pipeline, type Piped, type PipelineOptions } from './pipeline.ts'

const echo = ({ body }: { body: Json }): Work => ({ result: body })
const results = (run: ReturnType<typeof fakeRun>) => finished(run) as unknown as Piped<unknown>
const ids = ({ view }: ReturnType<typeof fakeRun>) => Array.from(view.tasks(), ({ spec }) => spec.id)
const one = (name: string) => ({ name, run: (input: Json) => task('echo', input, { id: 'it' }) })

const book = pipeline({
  name: 'book',
  stages: [
    { name: 'outline', run: (topic: string) => task('outline', topic, { id: 'all' }) },
    { name: 'write', run: (titles: string[]) => titles.map((title) => task('write', title, { id: title })) },
    { name: 'bind', run: (texts: string[]) => task('bind', texts, { id: 'all' }) },
  ],
})
const writers = ({ type, body }: Task): Work => {
  if (type === 'outline') return { result: [`${body}-1`, `${body}-2`] }
  return { result: type === 'write' ? `text of ${body}` : (body as string[]).join(' + ') }
}

const failingOne = (it: Task): Work => (it.id === 'write/moon-2' ? { outcome: 'failed' } : writers(it))
const again = (rerunsMax: number) =>
  pipeline({ name: 'x', stages: [one('first'), { ...one('second'), rerunsMax }, one('third')] })
const double = ({ type, body }: Task): Work => ({ result: type === 'double' ? 2 * (body as number) : body })

const detaching = (join: readonly string[]) =>
  pipeline({
    name: 'x',
    stages: [
      {
        name: 'first',
        run: (input: Json) => [
          task('echo', 'slow', { id: 'slow', wait: 'detached' }),
          task('echo', input, { id: 'quick' }),
        ],
      },
      { ...one('second'), join },
      one('third'),
    ],
  })
const last = (count: number) => count - 1
const order = (run: ReturnType<typeof fakeRun>) =>
  run.log.flatMap(({ message }) => (message.type === 'outcome' ? [message.task] : []))

describe('pipeline', () => {
  it('M-63: begins a stage when the one before has succeeded, with what that one handed over and no more', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), (choices) => {
        const run = fakeRun(book, { goal: 'moon', work: writers, pick: picks(choices) })
        expect(ids(run)).toEqual(['outline/all', 'write/moon-1', 'write/moon-2', 'bind/all'])
        expect(results(run)).toEqual({
          result: 'text of moon-1 + text of moon-2',
          contains: ['outline/all', 'write/moon-1', 'write/moon-2', 'bind/all'],
          missing: [],
          refused: [],
          policy: 'best-effort',
          stages: ['outline', 'write', 'bind'].map((stage) => ({ stage, execution: 1, state: 'succeeded' })),
        })
        // Every stage is decided on with the last outcome of the one before.
        expect(run.log.filter(({ decisions }) => decisions.length > 0).map(({ message }) => message.type)).toEqual([
          'goal',
          'outcome',
          'outcome',
          'outcome',
        ])
      }),
    )
  })

  it('M-63: begins no further stage after one that failed, and names it', () => {
    const run = fakeRun(book, { goal: 'moon', work: failingOne })
    expect(results(run)).toMatchObject({
      result: null,
      contains: ['outline/all', 'write/moon-1'],
      missing: [{ task: 'write/moon-2', outcome: 'failed' }],
      stages: [{ state: 'succeeded' }, { stage: 'write', state: 'failed' }],
    })
  })

  it('M-63: goes on after a failed stage whose tasks a person has tried again', () => {
    const [session] = sessionOf(book, 'moon')
    const ended = (id: string, outcome: 'succeeded' | 'failed', result: Json = null) =>
      session.deliver({ type: 'outcome', seq: 1, run: 'r', task: id, taskType: 'x', outcome, result }).decisions
    session.deliver({ type: 'goal', seq: 1, goal: 'moon' })
    ended('outline/all', 'succeeded', ['a', 'b'])
    ended('write/a', 'failed')
    expect(ended('write/b', 'succeeded', 'B')).toMatchObject([{ type: 'finish', result: { result: null } }])
    session.reopen()
    expect(ended('write/a~2', 'succeeded', 'A')).toMatchObject([
      { type: 'delegate', tasks: [{ id: 'bind/all', body: ['A', 'B'] }] },
    ])
    expect(ended('bind/all', 'succeeded', 'AB')).toMatchObject([
      { type: 'finish', result: { result: 'AB', contains: ['outline/all', 'write/a~2', 'write/b', 'bind/all'] } },
    ])
  })

  it('M-63: runs a failed stage again alone, if it may and what failed may be waived', () => {
    let failures = 0
    const work = (it: Task): Work => {
      if (!it.id.startsWith('second') || failures === 0) return echo(it)
      failures -= 1
      return { outcome: 'failed' }
    }
    failures = 2
    const run = fakeRun(again(2), { goal: 'in', work, waive: ['failed'] })
    expect(ids(run)).toEqual(['first/it', 'second/it', 'second:2/it', 'second:3/it', 'third/it'])
    expect(run.log.flatMap(({ decisions }) => decisions).filter(({ type }) => type === 'waive')).toEqual([
      { type: 'waive', tasks: ['second/it'], reason: 'stage second is run again' },
      { type: 'waive', tasks: ['second:2/it'], reason: 'stage second is run again' },
    ])
    expect(results(run)).toMatchObject({
      result: 'in',
      missing: [{ task: 'second/it' }, { task: 'second:2/it' }],
      stages: [{}, { state: 'failed' }, { state: 'failed' }, { stage: 'second', execution: 3, state: 'succeeded' }, {}],
    })
    failures = 2
    expect(ids(fakeRun(again(1), { goal: 'in', work, waive: ['failed'] }))).toEqual([
      'first/it',
      'second/it',
      'second:2/it',
    ])
    failures = 1
    expect(ids(fakeRun(again(1), { goal: 'in', work, waive: ['lost'] }))).toEqual(['first/it', 'second/it'])
  })

  it('M-63: passes over a stage that is not needed, and says so', () => {
    const subject = pipeline({
      name: 'x',
      stages: [
        { ...one('fix'), when: (n: number) => n < 0, run: (n: number) => task('echo', -n, { id: 'it' }) },
        one('use'),
      ],
    })
    const run = fakeRun(subject, { goal: 5, work: echo })
    expect(results(run)).toMatchObject({ result: 5, stages: [{ stage: 'fix', execution: 0, state: 'not needed' }, {}] })
    expect(ids(run)).toEqual(['use/it'])
    expect(results(fakeRun(subject, { goal: -5, work: echo })).result).toBe(5)
  })

  const doubling: PipelineOptions<number, number> = {
    name: 'doubling',
    stages: [
      { name: 'double', run: (n: number) => task('double', n, { id: 'it' }) },
      {
        name: 'check',
        run: (n: number) => task('echo', n, { id: 'it' }),
        repeat: { from: 'double', roundsMax: 4, input: (n: number) => (n < 100 ? n : undefined) },
      },
    ],
  }
  it('M-63: goes back while a loop says so', () => {
    const run = fakeRun(pipeline(doubling), { goal: 13, work: double })
    expect(results(run)).toMatchObject({ result: 104, missing: [] })
    expect(ids(run)).toEqual(['double/it', 'check/it', 'double:2/it', 'check:2/it', 'double:3/it', 'check:3/it'])
  })

  it('M-63: caps a loop, and fails loudly when it wants more', () => {
    const run = fakeRun(pipeline(doubling), { goal: 1, work: double })
    expect(run.end).toEqual({ type: 'fail', reason: 'stage check wants another round after 4: 16' })
    expect(run.view.tally.total).toBe(8)
  })

  it('fails loudly when a loop wants more, also beside what somebody has waived', () => {
    const { stages } = doubling
    const subject = pipeline({ ...doubling, stages: [{ ...one('first'), rerunsMax: 1 }, ...stages] })
    let failures = 1
    const work = (it: Task): Work => {
      if (!it.id.startsWith('first') || failures === 0) return double(it)
      failures -= 1
      return { outcome: 'failed' }
    }
    const { end, log } = fakeRun(subject, { goal: 1, work, waive: ['failed'] })
    expect(end).toMatchObject({ type: 'fail', reason: expect.stringContaining('wants another round') })
    expect(log.at(-1)?.decisions).toMatchObject([{ result: { result: 16, missing: [{ task: 'first/it' }] } }])
  })

  it('asks a person before a stage that says so, once each time its turn comes, and begins it when that is granted', () => {
    const asked: string[] = []
    const deploy = pipeline({
      name: 'x',
      stages: [
        one('build'),
        { ...one('deploy'), ask: (built: Json) => `Deploy ${JSON.stringify(built)}?` },
        one('tell'),
      ],
    })
    const answer = (question: string) => asked.push(question) > 0
    const run = fakeRun(deploy, { goal: 'it', work: echo, answer })
    expect(results(run)).toMatchObject({ result: 'it', stages: [{}, { stage: 'deploy', state: 'succeeded' }, {}] })
    expect(asked).toEqual(['Deploy "it"?'])
    const at = (id: string) => run.log.findIndex(({ decisions }) => JSON.stringify(decisions).includes(`"id":"${id}"`))
    expect(at('deploy/it')).toBe(run.log.findIndex(({ message }) => message.type === 'answered'))
  })

  it('asks for a nested pipeline under its name, and stops with what there is when it is denied', () => {
    const inner = pipeline({ name: 'inner', stages: [one('draft'), { ...one('print'), ask: 'Print it?' }] })
    const outer = pipeline({ name: 'outer', stages: [{ name: 'book', run: inner }, one('sell')] })
    const run = fakeRun(outer, { goal: 'it', work: echo, answer: () => false })
    expect(run.log.flatMap(({ message }) => (message.type === 'answered' ? [message.request] : []))).toEqual([
      'book/print',
    ])
    expect(ids(run)).toEqual(['book/draft/it'])
    expect(run.end).toMatchObject({
      type: 'fail',
      reason: expect.stringContaining('stage print was denied by ann: looked at it') as string,
    })
  })

  it('asks again for each round of a loop, and not for a stage that is not needed', () => {
    const asked: string[] = []
    const stages = [
      one('first'),
      {
        ...one('loop'),
        ask: 'Another?',
        output: (made: number) => made - 1,
        repeat: { input: (left: number) => (left > 0 ? left : undefined), roundsMax: 5 },
      },
      { ...one('never'), when: () => false, ask: 'Never?' },
    ]
    const run = fakeRun(pipeline({ name: 'x', stages }), {
      goal: 3,
      work: echo,
      answer: (question) => asked.push(question) > 0,
    })
    expect(results(run)).toMatchObject({ result: 0 })
    expect(asked).toEqual(['Another?', 'Another?', 'Another?'])
  })

  it('takes other managers for stages, and hands on their results without their accounts', () => {
    const nested = pipeline({
      name: 'nested',
      stages: [
        {
          name: 'numbers',
          run: fanOut({ name: 'x', start: (ns: number[]) => ns.map((n) => task('echo', n, { id: `n${n}` })) }),
        },
        {
          name: 'sum',
          run: mapReduce({
            name: 'y',
            map: (ns: number[]) => ns.map((n) => task('echo', n, { id: `n${n}` })),
            reduce: commutative((all: number, n: number) => all + n, 0),
          }),
          output: (sum: number, ns: number[]) => ({ sum, of: ns.length }),
        },
        { name: 'twice', run: pipeline({ name: 'z', stages: [one('a'), one('b')] }) },
      ],
      finish: (outputs) => outputs,
    })
    const run = fakeRun(nested, { goal: [1, 2, 3], work: echo })
    expect(results(run).result).toEqual({
      numbers: [1, 2, 3],
      sum: { sum: 6, of: 3 },
      twice: { sum: 6, of: 3 },
    })
    expect(ids(run)).toEqual([
      ...[1, 2, 3].map((n) => `numbers/n${n}`),
      ...[1, 2, 3].map((n) => `sum/n${n}`),
      'twice/a/it',
      'twice/b/it',
    ])
  })

  it('fails when what is handed over is not what the next stage takes', () => {
    const strict = fanOut({ name: 'strict', goal: z.object({ n: z.number() }), start: () => [] })
    const run = fakeRun(pipeline({ name: 'x', stages: [one('a'), { name: 'b', run: strict }] }), {
      goal: 'no',
      work: echo,
    })
    expect(run.end).toEqual({
      type: 'fail',
      reason: expect.stringMatching(/^stage b failed: .*not what the manager strict/),
    })
  })

  it('M-33: waits for detached tasks at its end, or where a later stage joins them, and not before', () => {
    expect(ids(fakeRun(detaching([]), { goal: 1, work: echo, pick: last }))).toHaveLength(4)
    const free = fakeRun(detaching([]), { goal: 1, work: echo, pick: last })
    expect(order(free)).toEqual(['first/quick', 'second/it', 'third/it', 'first/slow'])
    // Its result is handed to nobody, but it is accounted for.
    expect(results(free)).toMatchObject({
      result: [1],
      contains: ['first/slow', 'first/quick', 'second/it', 'third/it'],
    })
    const joined = fakeRun(detaching(['first/slow']), { goal: 1, work: echo, pick: last })
    expect(order(joined)).toEqual(['first/quick', 'first/slow', 'second/it', 'third/it'])
    const work = (it: Task): Work => (it.id === 'first/slow' ? { outcome: 'lost' } : echo(it))
    expect(results(fakeRun(detaching(['first/slow']), { goal: 1, work, pick: last }))).toMatchObject({
      result: null,
      missing: [{ task: 'first/slow', outcome: 'lost' }],
    })
    // Nested, it does the same: a part that waits for a detached task is not idle.
    const outer = pipeline({ name: 'outer', stages: [{ name: 'in', run: detaching(['first/slow']) }] })
    expect(results(fakeRun(outer, { goal: 1, work: echo, pick: last })).result).toEqual([1])
  })

  it.each<readonly [string, PipelineOptions<Json, Json>['stages']]>([
    ['two stages of one name', [one('a'), one('a')]],
    ['a name with a colon', [one('a:2')]],
    ['a name with a slash', [one('a/b')]],
    ['a way back to a later stage', [{ ...one('a'), repeat: { from: 'b', roundsMax: 2, input: () => 1 } }, one('b')]],
    ['a loop without a cap', [{ ...one('a'), repeat: { roundsMax: 0, input: () => 1 } }]],
  ])('refuses %s', (_, stages) => {
    expect(() => pipeline({ name: 'x', stages })).toThrow(expect.objectContaining({ code: 'PLUGIN_INVALID' }))
  })
})
