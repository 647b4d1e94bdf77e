import { defineInvariant } from '@bosun/invariants'
import { expect, it } from 'vitest'
import type { Trace } from '../trace/trace.ts'
import { explain, type ExplainOptions } from './explanation.ts'
import type { Story } from './story.ts'
import { busyRun, lateResult, punctualResult, TraceStory, wokenWorker } from './explain.fixture.ts'

const OPTIONS: ExplainOptions = { repro: 'b1:9f3c', module: 'survey.ts' }

it('S3: names the invariant, its clause and what happened in a sentence', () => {
  const { verdict, cause } = explain(lateResult(), OPTIONS)
  expect(verdict).toEqual({
    broke: 'invariant',
    id: 'S3',
    title: 'fenced',
    sentence: 'attempt.succeeded of src/a was taken from attempt 1 while attempt 2 was live',
  })
  expect(cause.clause).toBe('S3 stale: A report of an attempt that no longer held the lease had an effect.')
})

it('S3: blames the facts that the violation names, the offending one last', () => {
  const { story, blamed } = explain(lateResult(), OPTIONS)
  expect(blamed.map((index) => story.events[index]?.sentence)).toEqual([
    'src/a@2 is assigned to worker/2',
    'the result of src/a@1 is accepted',
  ])
})

it('S3: tells the chain from the first fault to the violation', () => {
  expect(explain(lateResult(), OPTIONS).cause.chain).toBe(
    'fault result-late on src/a@1 → the code of src/a@1 is done → the result of src/a@1 arrives → ' +
      'the result of src/a@1 is accepted; beside it: src/a@2 is assigned to worker/2',
  )
})

it('slices away what has nothing to do with the violation', () => {
  const { story, slice } = explain(lateResult(), OPTIONS)
  const sentences = slice.all.map((index) => story.events[index]?.sentence)
  expect(sentences).toContain('src/a may be tried again, retry 1')
  expect(sentences).not.toContain('src/b@1 is assigned to worker/1')
  expect(sentences).not.toContain('src/a@2 starts')
})

it('names the one flipped choice and the first event that differs from the twin', () => {
  const { twin, cause } = explain(lateResult(), { ...OPTIONS, twin: punctualResult() })
  expect(twin?.flips.map(({ label, here, there }) => ({ label, here, there }))).toEqual([
    { label: 'fault.result-late', here: 1, there: 0 },
  ])
  expect(cause.divergence).toBe(
    'here at 5 ms: fault result-late on src/a@1: a report arrives after the lease has run out; ' +
      'in the schedule that passes at 17 ms: the code of src/a@1 is done',
  )
})

it('says of choices that only the twin has, or has otherwise, how they fell', () => {
  const choice = { label: 'work.duration', site: [0, 1, 0], bound: 9 } as const
  const here: Trace = { ...lateResult(), choices: [{ ...choice, value: 7 }] }
  const there = {
    ...punctualResult(),
    choices: [
      { ...choice, value: 2 },
      { ...choice, site: [1, 1, 0] as const, value: 3 },
    ],
  }
  expect(explain(here, { ...OPTIONS, twin: there }).twin?.flips.map(({ sentence }) => sentence)).toEqual([
    'work.duration (0, 1, 0) is 7 here and 2 there',
    'work.duration (1, 1, 0) is 0 here and 3 there',
  ])
})

it('keeps an attempt whose code runs on after its lease apart from the one that follows', () => {
  const { story } = explain(wokenWorker(), OPTIONS)
  const [first, second] = story.spans
  expect(first).toMatchObject({ task: 'a', epoch: 1, how: 'lost' })
  expect(first?.workTo).toBeGreaterThan(first?.leaseTo ?? Infinity)
  expect(second).toMatchObject({ task: 'a', epoch: 2, how: 'succeeded' })
  expect(story.events.find(({ event }) => event.type === 'result.quarantined')?.label).toBe('a@1 kept aside')
})

it('follows an assignment to the dependency that it waited for', () => {
  const { story } = explain(wokenWorker(), OPTIONS)
  const assigned = story.events.find(({ event }) => event.type === 'task.assigned' && event.task === 'b')
  expect(assigned?.causes.map(({ index }) => story.events[index]?.sentence)).toContain('a has succeeded')
})

it('every cause lies before its effect', () => {
  const { story } = explain(busyRun(300), OPTIONS)
  for (const { index, causes } of story.events) for (const cause of causes) expect(cause.index).toBeLessThan(index)
  const rootless = story.events.filter(({ causes, kind }) => causes.length === 0 && kind !== 'fault')
  expect(rootless.every(({ event }) => ['run.started', 'worker.joined'].includes(event.type))).toBe(true)
})

it('marks the facts that died with their manager as forgotten', () => {
  const story = new TraceStory().after(1).world({ type: 'world.died', actor: 'manager' })
  const { events, ...rest } = story.world({ type: 'world.rose', actor: 'manager', managerEpoch: 2 }).trace()
  const recovered = { seq: 3, at: 2, cause: 9, type: 'manager.recovered', managerEpoch: 2, owner: 'm' } as const
  const told = explain({ ...rest, events: [...events, recovered] }, OPTIONS).story.events
  expect(told.filter(({ isForgotten }) => isForgotten).map(({ sentence }) => sentence)).toEqual(['worker/2 joins'])
  expect(told.at(-1)?.causes.map(({ why }) => why)).toEqual(['the one before had died', 'it took over'])
})

it('R1: draws no lease that was forgotten with its manager, unless code ran under it', () => {
  expect(crashed(false).spans).toEqual([])
  expect(crashed(true).spans).toHaveLength(1)
})

it('explains an invariant of the user by its own title and clause', () => {
  const mine = defineInvariant({
    id: 'MY1',
    title: 'no cancellation',
    sentence: 'Never cancels.',
    clauses: { cancelled: 'A task was cancelled.' },
    initial: () => ({}),
  })
  const violation = { invariant: 'MY1', clause: 'cancelled', sentence: 'a was cancelled', seqs: [] }
  const trace = { ...wokenWorker(), end: { facts: 1, inputs: 1, virtualMs: 1, violation } }
  const { verdict, cause, blamed } = explain(trace, { ...OPTIONS, invariants: [mine] })
  expect(verdict.title).toBe('no cancellation')
  expect(cause.clause).toBe('MY1 cancelled: A task was cancelled.')
  expect(blamed).toEqual([trace.events.length - 1])
})

it('explains a subject that broke by itself with the line in its code', () => {
  const fault = { code: 'SUBJECT_AMBIENT', message: 'order.key called Date.now', at: 'mine.ts:4:9' }
  const { verdict } = explain({ ...wokenWorker(), end: { facts: 1, inputs: 1, virtualMs: 1, fault } }, OPTIONS)
  expect(verdict).toMatchObject({ broke: 'subject', sentence: 'order.key called Date.now at mine.ts:4:9' })
})

it('has something to say of a schedule in which nothing happened', () => {
  const end = { facts: 0, inputs: 0, virtualMs: 0 }
  const { verdict, blamed } = explain({ events: [], log: [], choices: [], end, hash: '' }, OPTIONS)
  expect(verdict.broke).toBe('nothing')
  expect(blamed).toEqual([])
})

/** A manager dies just after it has assigned, and the next one knows nothing of it. */
function crashed(isWorking: boolean): Story {
  const story = new TraceStory().delegate({ id: 'a' })
  if (isWorking) story.world({ type: 'world.working', slot: 'worker/1', task: 'a', epoch: 1 })
  const { events, ...rest } = story.world({ type: 'world.died', actor: 'manager' }).trace()
  const recovered = { seq: 4, at: 2, cause: 9, type: 'manager.recovered', managerEpoch: 2, owner: 'm' } as const
  return explain({ ...rest, events: [...events, recovered] }, OPTIONS).story
}
