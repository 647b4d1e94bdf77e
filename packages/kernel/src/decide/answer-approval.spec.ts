import type { HeldCall } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { deadline } from '../deadline.ts'
import { effects } from '../effects.ts'
import { delegate, finish, story, task, types, worker, type Story } from '../kernel.fixture.ts'
import { foldKernel } from '../kernel.ts'
import { composeStrategy } from '../strategies/compose-strategy.ts'
import { why } from '../why.ts'

const CALL: HeldCall = { key: 'k1', tool: 'files.write', rule: 'files.write(deploy/**)', input: '{"path":"deploy/a"}' }
const QUESTION = 'files.write(deploy/a)'

function ask(run: Story, id: string, key = 'k1') {
  return run.feed({ type: 'approvalRequested', ...run.attempt(id), question: QUESTION, call: { ...CALL, key } })
}

function answer(run: Story, approval: string, granted = true) {
  return run.feed({ type: 'approve', approval, granted, by: 'ann', reason: 'looked at it' })
}

describe('a call that waits for a person', () => {
  it('is a question with an id that a person can type, and its answer is who and why', () => {
    const run = story().plan('a')
    run.begin('a')
    expect(ask(run, 'a')).toMatchObject([
      { type: 'approval.requested', approval: 'a1', task: 'a', epoch: 1, call: CALL },
    ])
    expect(run.kernel.view.approvals).toMatchObject([
      { approval: 'a1', question: QUESTION, task: 'a', attempt: 'r/a@1', call: CALL, askedAt: 1_000 },
    ])
    const facts = answer(run, 'a1')
    expect(facts).toMatchObject([
      { type: 'approval.given', approval: 'a1', granted: true, by: 'ann', reason: 'looked at it' },
      { type: 'approval.applied', approval: 'a1', granted: true, task: 'a', epoch: 1 },
    ])
    expect(facts.flatMap((fact) => effects(fact))).toEqual([
      { type: 'answer', task: 'a', epoch: 1, approval: 'a1', granted: true },
    ])
    expect(run.kernel.view.approvals).toEqual([])
  })

  it('shows that its attempt has begun, asks once however often it is told, and numbers the next one on', () => {
    const run = story().plan('a')
    expect(types(ask(run, 'a'))).toEqual(['attempt.started', 'approval.requested'])
    expect(ask(run, 'a')).toEqual([])
    expect(ask(run, 'a', 'k2')).toMatchObject([{ approval: 'a2' }])
  })

  it('is answered once: what comes later, or answers nothing, changes nothing', () => {
    const run = story().plan('a')
    ask(run, 'a')
    answer(run, 'a1', false)
    expect(answer(run, 'a1', true)).toEqual([])
    expect(answer(run, 'a7')).toEqual([])
    expect(run.of('approval.given')).toHaveLength(1)
  })

  it('does not use up the time of its attempt, nor that for progress', () => {
    const run = story({ limits: { timeoutMs: 1_000 }, lease: { leaseMs: 100_000, progressTimeoutMs: 800 } }).plan('a')
    run.begin('a')
    run.at += 600
    ask(run, 'a')
    ask(run, 'a', 'k2')
    expect(run.wait(50_000)).toEqual([])
    answer(run, 'a1')
    expect(run.wait(40_000)).toEqual([])
    answer(run, 'a2')
    expect(deadline(run.kernel)).toBe(run.at + 400)
    expect(run.wait(399)).toEqual([])
    expect(run.wait(1)[0]).toMatchObject({
      type: 'attempt.lost',
      evidence: { clock: 'timeout', deadline: run.at },
    })
  })

  it('does not keep a silent host: its lease runs out as any other', () => {
    const run = story({ lease: { leaseMs: 1_000 } }).plan('a')
    ask(run, 'a')
    expect(run.wait(1_000)[0]).toMatchObject({ type: 'attempt.lost', evidence: { clock: 'beat' } })
  })

  it('keeps its question when its attempt ends; the next attempt waits for the same answer', () => {
    const run = story({ retry: { backoffMs: 0 } }).plan('a')
    ask(run, 'a')
    run.lose('a')
    expect(run.kernel.view.approvals).toMatchObject([{ approval: 'a1', attempt: undefined }])
    expect(ask(run, 'a').at(-1)).toMatchObject({ type: 'approval.requested', approval: 'a1', epoch: 2 })
    expect(types(answer(run, 'a1'))).toEqual(['approval.given', 'approval.applied'])
  })

  it('asks no second time what was answered, while nobody waited or before (R4)', () => {
    const run = story({ retry: { backoffMs: 0 } }).plan('a')
    ask(run, 'a')
    run.lose('a')
    expect(types(answer(run, 'a1', false))).toEqual(['approval.given'])
    expect(ask(run, 'a').at(-1)).toMatchObject({ type: 'approval.applied', approval: 'a1', epoch: 2, granted: false })
    run.lose('a')
    expect(ask(run, 'a').at(-1)).toMatchObject({ type: 'approval.applied', approval: 'a1', epoch: 3, granted: false })
    expect(run.of('approval.requested')).toHaveLength(1)
  })

  it('is a question of its task alone', () => {
    const run = story().plan('a', 'b')
    ask(run, 'a')
    answer(run, 'a1')
    expect(ask(run, 'b').at(-1)).toMatchObject({ type: 'approval.requested', approval: 'a2', task: 'b' })
  })

  it.each(['cancel', 'end'] as const)('closes its question with its task, by a %s', (how) => {
    const run = story().plan('a', 'b')
    ask(run, 'a')
    if (how === 'cancel') run.feed({ type: 'cancel', scope: { kind: 'task', task: 'a' }, by: 'ann', reason: 'no' })
    else run.succeed('a')
    expect(run.kernel.view.approvals).toEqual([])
    expect(answer(run, 'a1')).toEqual([])
  })

  it('closes every question with the run', () => {
    const run = story()
    run.answer(delegate('a'), { type: 'ask', request: 'q', question: 'Go on?' })
    ask(run, 'a')
    run.feed({ type: 'cancel', scope: { kind: 'run' }, by: 'ann', reason: 'no' })
    expect(run.kernel.view.approvals).toEqual([])
    expect(answer(run, 'a1')).toEqual([])
  })

  it('asks nobody for an attempt that is over', () => {
    const run = story().plan('a')
    const dead = run.attempt('a')
    run.lose('a')
    expect(run.feed({ type: 'approvalRequested', ...dead, question: QUESTION, call: CALL })).toEqual([])
  })

  it('is what its task waits for, by name', () => {
    const run = story().plan('a')
    ask(run, 'a')
    run.at += 3_000
    expect(why(run.kernel, 'a', run.at)).toEqual([
      {
        kind: 'approval',
        text: `worker/1 waits for a person to answer a1, asked 3000 ms ago: ${QUESTION}`,
        names: ['a1'],
      },
    ])
    answer(run, 'a1')
    expect(why(run.kernel, 'a')).toMatchObject([{ kind: 'running' }])
  })

  it('folds to the same state (R2)', () => {
    const run = story({ retry: { backoffMs: 0 } })
    run.answer(delegate('a', 'b'), { type: 'ask', request: 'q', question: 'Go on?' })
    ask(run, 'a')
    ask(run, 'b')
    run.at += 500
    answer(run, 'a3')
    run.lose('b')
    ask(run, 'b')
    const folded = foldKernel(composeStrategy({ name: 'plain' }), run.facts)
    expect(folded.state.approvals).toEqual(run.kernel.state.approvals)
    expect(folded.view.approvals).toEqual(run.kernel.view.approvals)
    expect(folded.state.tasks.map(({ live }) => live)).toEqual(run.kernel.state.tasks.map(({ live }) => live))
  })

  it('keeps a slot, so that the others go on beside it', () => {
    const run = story({ slots: 1, workers: [worker('worker'), worker('other')] }).plan('a', 'b', 'c')
    ask(run, 'a')
    expect(run.running).toEqual(['a', 'b'])
    run.succeed('b')
    expect(run.running).toEqual(['a', 'c'])
  })
})

describe('a question of the manager', () => {
  it('is answered by a message, and until then the run is not settled', () => {
    const run = story()
    run.answer(delegate('a'), { type: 'ask', request: 'deploy', question: 'Deploy it?' })
    expect(run.of('manager.asked')).toMatchObject([{ approval: 'a1', request: 'deploy', question: 'Deploy it?' }])
    expect(run.kernel.view.approvals).toMatchObject([{ approval: 'a1', request: 'deploy', task: undefined }])
    run.succeed('a')
    run.listen()
    expect(run.next()).toBeUndefined()
    expect(types(answer(run, 'a1', false))).toEqual(['approval.given'])
    expect(run.next()).toMatchObject({
      type: 'answered',
      request: 'deploy',
      granted: false,
      by: 'ann',
      reason: 'looked at it',
    })
    run.answer()
    expect(run.next()).toMatchObject({ type: 'settled' })
  })

  it('is an answer to a settled message, so that a manager may ask at the end', () => {
    const run = story().plan('a')
    run.succeed('a')
    run.listen()
    run.answer({ type: 'ask', request: 'sure', question: 'Is it good?' })
    expect(run.end).toBeUndefined()
    answer(run, 'a1')
    run.answer(finish)
    expect(run.end).toMatchObject({ type: 'run.completed' })
  })

  it('does not hold up a manager that finishes all the same, and is closed then', () => {
    const run = story()
    run.answer({ type: 'ask', request: 'x', question: 'Sure?' }, finish)
    expect(run.end).toMatchObject({ type: 'run.completed' })
    expect(run.kernel.view.approvals).toEqual([])
  })

  it('outlives the process of the manager', () => {
    const run = story().plan(task('a'))
    run.feed({ type: 'steer', text: 'x', by: 'ann' })
    run.answer({ type: 'ask', request: 'x', question: 'Sure?' })
    run.feed({ type: 'recovered', managerEpoch: 2, owner: 'other' })
    expect(run.kernel.view.approvals).toMatchObject([{ approval: 'a1', request: 'x' }])
  })
})
