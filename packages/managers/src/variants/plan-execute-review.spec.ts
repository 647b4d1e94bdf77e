import type { Json, Task } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { task } from '../decisions/decisions.ts'
import { fakeRun, finished, type FakeRunOptions, type Work } from '../fake-run.fixture.ts'
import { ordered } from '../reducers/reducer.ts'
import { planExecuteReview } from './plan-execute-review.ts'

/** Accepts a text of so many signs; workers double what they get. */
const reviewed = (signs: number, roundsMax?: number) =>
  planExecuteReview({
    name: 'longer',
    plan: (text: string, feedback) => [task('double', feedback ?? text, { id: 'text' })],
    reduce: ordered((_: string, one: string) => one, ''),
    review: (work, goal) => task('review', { work, goal, signs }, { id: 'verdict' }),
    ...(roundsMax === undefined ? {} : { roundsMax }),
  })

const work = ({ type, body }: Task): Work => {
  if (type === 'double') return { result: `${body}${body}` }
  const { work: text, signs } = body as { work: string; signs: number }
  return { result: text.length >= signs ? { accepted: true } : { accepted: false, feedback: text } }
}
const broken = (one: Task): Work => (one.type === 'review' ? { outcome: 'failed' } : work(one))
const run = (manager: ReturnType<typeof reviewed>, options: Partial<FakeRunOptions> = {}) =>
  fakeRun(manager, { goal: 'ab', work, ...options })

describe('planExecuteReview', () => {
  it('finishes with work that was accepted', () => {
    expect(finished(run(reviewed(4)))).toMatchObject({
      result: { work: 'abab', verdict: { accepted: true } },
      contains: ['execute/text', 'review/verdict'],
      stages: [{ stage: 'execute' }, { stage: 'review' }],
    })
  })

  it('begins again with what the review said, and keeps the goal', () => {
    const { view, end } = run(reviewed(16))
    expect(end).toMatchObject({ result: { result: { work: 'ab'.repeat(8) } } })
    expect(Array.from(view.tasks(), ({ spec: { id, body } }) => [id, body])).toEqual([
      ['execute/text', 'ab'],
      ['review/verdict', { work: 'abab', goal: 'ab', signs: 16 }],
      ['execute:2/text', 'abab'],
      ['review:2/verdict', { work: 'ab'.repeat(4), goal: 'ab', signs: 16 }],
      ['execute:3/text', 'abababab'],
      ['review:3/verdict', { work: 'ab'.repeat(8), goal: 'ab', signs: 16 }],
    ])
  })

  it('escalates when its rounds are used up: the run fails and says what was asked for', () => {
    expect(run(reviewed(99)).end).toEqual({
      type: 'fail',
      reason: expect.stringMatching(/^stage review wants another round after 3: .*abab/),
    })
    const last = run(reviewed(8, 1)).log.at(-1)?.decisions
    expect(last).toMatchObject([
      {
        type: 'fail',
        result: {
          result: { work: 'abab', verdict: { accepted: false } },
          contains: ['execute/text', 'review/verdict'],
        },
      },
    ])
  })

  it('M-48: asks the planner for the goal first, then for the goal with the feedback, each once', () => {
    const asked: Json[] = []
    const planned = planExecuteReview({
      name: 'planned',
      review: ([text], goal) => task('review', { work: text, goal, signs: 8 }, { id: 'verdict' }),
    })
    const plan = (goal: Json) => {
      asked.push(goal)
      const text = typeof goal === 'string' ? goal : (goal as { feedback: Json }).feedback
      return [task('double', text, { id: 'text' })]
    }
    expect(finished(fakeRun(planned, { goal: 'ab', work, plan }))).toMatchObject({ result: { work: ['abababab'] } })
    expect(asked).toEqual(['ab', { goal: 'ab', feedback: 'abab' }])
    expect(fakeRun(planned, { goal: 'ab', work, plan: () => 'no idea' }).end).toMatchObject({
      type: 'fail',
      reason: expect.stringContaining('no idea'),
    })
  })

  it('fails loudly when the reviewer fails, or says neither yes nor no', () => {
    expect(finished(run(reviewed(4), { work: broken }))).toMatchObject({
      result: null,
      missing: [{ task: 'review/verdict' }],
    })
    for (const verdict of [null, 'yes', {}, { accepted: 'yes' }] as Json[]) {
      const vague = (one: Task): Work => (one.type === 'review' ? { result: verdict } : work(one))
      expect(run(reviewed(4), { work: vague }).end).toMatchObject({ type: 'broken', error: { code: 'MANAGER_FAILED' } })
    }
  })
})
