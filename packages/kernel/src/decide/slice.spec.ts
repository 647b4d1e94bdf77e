import { RunConfigSchema, WorkerEntrySchema, type ModelCallRecord } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { delegate, finish, story, task, worker, type Story } from '../kernel.fixture.ts'
import { why } from '../why.ts'

const CALL: ModelCallRecord = { model: 'acme:fast', inputTokens: 0, outputTokens: 0, costMicros: 0, ms: 5 }
const writer = worker('writer', { model: 'fast' })

/** A run whose worker asks a model; each attempt gets 40 of 100 tokens by default. */
function modelStory(limits: object = {}, workers = [writer]): Story {
  return story({ workers, limits: { tokensMax: 100, attemptTokensMax: 40, ...limits }, retry: { backoffMs: 0 } })
}

function call(run: Story, id: string, tokens: number, costMicros = 0): void {
  run.feed({ ...CALL, type: 'modelCalled', ...run.attempt(id), inputTokens: tokens, costMicros })
}

function use(run: Story, id: string, tokens: number, costMicros = 0): void {
  run.feed({ type: 'result', ...run.attempt(id), result: null, outputs: [], usage: { tokens, costMicros } })
}

const held = (run: Story) => run.kernel.state.plans.get('p')?.held
const slices = (run: Story) => run.of('task.assigned').map(({ task: id, slice }) => [id, slice?.tokens])

describe('an attempt that may ask a model holds a slice of the budget (M-50, P14)', () => {
  it('gets the default of the run where its task states none', () => {
    const run = modelStory({ attemptCostMicrosMax: 7 }).plan('a')
    expect(run.of('task.assigned')[0]?.slice).toEqual({ tokens: 40, costMicros: 7 })
    expect(run.of('budget.reserved')).toMatchObject([{ task: 'a', tokens: 40, costMicros: 7 }])
  })

  it('gets what its task states, and the default for what that leaves open', () => {
    const run = modelStory({ attemptCostMicrosMax: 7 }).plan(task('a', { limits: { tokensMax: 90 } }))
    expect(run.of('task.assigned')[0]?.slice).toEqual({ tokens: 90, costMicros: 7 })
  })

  it('gets none where its worker has no model', () => {
    const run = modelStory({ tokensMax: 0 }, [worker('worker')]).plan('a')
    expect(slices(run)).toEqual([['a', undefined]])
    run.succeed('a')
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.completed' })
  })

  it('waits while others hold what may come back, and then gets the rest', () => {
    const run = modelStory({ slotsMax: 2, tokensMax: 50 }).plan('a', 'b')
    expect(slices(run)).toEqual([['a', 40]])
    expect(why(run.kernel, 'b')).toMatchObject([{ kind: 'budget' }])
    use(run, 'a', 30)
    expect(slices(run)).toEqual([
      ['a', 40],
      ['b', 20],
    ])
  })

  it('does not start on a rest below a tenth of the default, and the run ends as out of budget', () => {
    const run = modelStory({ slotsMax: 1, tokensMax: 50 }).plan('a', 'b')
    use(run, 'a', 47)
    expect(slices(run)).toEqual([['a', 40]])
    expect(run.of('limit.reached')).toMatchObject([{ error: { code: 'LIMIT_BUDGET' } }])
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.exhausted', causeCode: 'LIMIT_BUDGET', missing: ['b'] })
  })

  it('starts on a small budget as well, since a tenth of that is less', () => {
    expect(slices(modelStory({ tokensMax: 3 }).plan('a'))).toEqual([['a', 3]])
  })

  it('gets the whole default when what was settled left enough', () => {
    const run = modelStory({ tokensMax: 50 }).plan('a', 'b')
    use(run, 'a', 10)
    expect(slices(run).at(-1)).toEqual(['b', 40])
  })

  it('does not start on what planners have used up', () => {
    const run = modelStory()
    run.answer({ type: 'plan', request: 'p', goal: null })
    run.feed({ ...CALL, type: 'plannerCalled', request: 'p', inputTokens: 60, outputTokens: 40 })
    run.feed({ type: 'planned', request: 'p', tasks: [task('a')] })
    run.plan('a')
    expect(run.of('task.failed')).toMatchObject([{ task: 'a', error: { code: 'LIMIT_BUDGET' } }])
    expect(run.kernel.view.spent).toEqual({ tokens: 100, costMicros: 0 })
  })

  it('is refused when a planner uses up what it waits for', () => {
    const run = modelStory({ tokensMax: 50 })
    run.answer(delegate('a', 'b'))
    expect(slices(run)).toEqual([['a', 40]])
    run.feed({ type: 'steer', text: 'again', by: 'somebody' })
    run.answer({ type: 'plan', request: 'p', goal: null })
    run.feed({ ...CALL, type: 'plannerCalled', request: 'p', inputTokens: 50 })
    expect(run.status('b')).toBe('failed')
  })
})

describe('an open plan holds a slice as well (M-50, P14)', () => {
  const PLAN = { type: 'plan', request: 'p', goal: null } as const

  it('as much as an attempt does by default, which no attempt is given meanwhile', () => {
    const run = modelStory({ tokensMax: 70, attemptCostMicrosMax: 7 })
    run.answer(PLAN, delegate('a'))
    expect(held(run)).toEqual({ tokens: 40, costMicros: 7 })
    expect(slices(run)).toEqual([])
    expect(why(run.kernel, 'a')).toMatchObject([{ kind: 'budget' }])
    run.feed({ ...CALL, type: 'plannerCalled', request: 'p', inputTokens: 15, outputTokens: 10 })
    expect(held(run)).toEqual({ tokens: 15, costMicros: 7 })
    run.feed({ type: 'planned', request: 'p', tasks: [] })
    expect(slices(run)).toEqual([['a', 40]])
    expect(run.kernel.state).toMatchObject({ spentTokens: 25, reservedTokens: 40 })
  })

  it('what is left where that is less, so that no planner spends what attempts were given', () => {
    const run = modelStory({ tokensMax: 60 })
    run.answer(delegate('a'))
    run.feed({ type: 'steer', text: 'again', by: 'somebody' })
    run.answer(PLAN)
    expect(held(run)).toMatchObject({ tokens: 20 })
  })

  it('given back when the planner fails or takes too long', () => {
    const run = modelStory({ tokensMax: 70, planTimeoutMs: 1_000 })
    run.answer(PLAN, delegate('a'))
    run.wait(1_000)
    expect(run.of('plan.rejected')).toMatchObject([{ plan: 'p', error: { code: 'PLANNER_TIMED_OUT' } }])
    expect(slices(run)).toEqual([['a', 40]])
  })
})

describe('zero means zero', () => {
  it('for tokens: no attempt that asks a model starts', () => {
    const run = modelStory({ tokensMax: 0 }).plan('a')
    expect(run.of('task.assigned')).toEqual([])
    expect(run.of('limit.reached')).toMatchObject([{ error: { code: 'LIMIT_BUDGET' } }])
  })

  it('for cost: slices may cost nothing, so that models without a price serve', () => {
    const run = modelStory({ costMicrosMax: 0 }).plan('a')
    expect(run.of('task.assigned')[0]?.slice).toEqual({ tokens: 40, costMicros: 0 })
  })

  it('for the default of an attempt: it starts, and holds nothing', () => {
    const run = modelStory({ attemptTokensMax: 0, attemptCostMicrosMax: 0 }).plan('a')
    expect(run.of('task.assigned')[0]?.slice).toEqual({ tokens: 0, costMicros: 0 })
  })
})

describe('a run whose budget is used up ends exhausted (issue 4, line 4)', () => {
  it('with its partial result, the tasks that never started named, and every outcome told to the manager', () => {
    const run = modelStory({ slotsMax: 1, tokensMax: 40 }).plan('a', 'b', task('c', { dependsOn: ['b'] }))
    use(run, 'a', 40)
    run.listen().answer(finish)
    expect(run.end).toMatchObject({
      type: 'run.exhausted',
      causeCode: 'LIMIT_BUDGET',
      result: 'done',
      missing: ['b', 'c'],
      tally: { succeeded: 1, failed: 1, skipped: 1 },
    })
    expect(run.heard.filter(({ type }) => type === 'outcome')).toHaveLength(3)
    expect(run.of('task.assigned')).toHaveLength(1)
  })

  it('also when the attempts themselves ran out of their slices, which is not tried again with the same', () => {
    const run = modelStory({ tokensMax: 40 }).plan('a')
    call(run, 'a', 40)
    const error = { code: 'BUDGET_EXCEEDED', message: 'No 5 tokens are left.' } as const
    run.feed({ type: 'error', ...run.attempt('a'), error, usage: { tokens: 40, costMicros: 0 } })
    run.listen().answer(finish)
    expect(run.of('task.failed')).toMatchObject([{ error }])
    expect(run.of('task.retried')).toEqual([])
    expect(run.end).toMatchObject({ type: 'run.exhausted', causeCode: 'BUDGET_EXCEEDED', missing: ['a'] })
  })

  it('and says of a retry that it cannot pay for why one was needed', () => {
    const run = modelStory({ tokensMax: 40 }).plan('a')
    run.feed({
      type: 'error',
      ...run.attempt('a'),
      error: { code: 'WORKER_THREW', message: 'It broke.' },
      usage: { tokens: 40, costMicros: 0 },
    })
    expect(run.of('task.failed')[0]?.error.message).toContain('It broke.')
  })
})

describe('where two workers do the same and one of them needs no model', () => {
  const workers = [writer, worker('typist')]

  it('the one without does what the budget cannot pay for', () => {
    const run = story({ workers, slots: 1, limits: { tokensMax: 0 } }).plan('a')
    expect(run.of('task.assigned')).toMatchObject([{ worker: 'typist' }])
    expect(run.of('task.assigned')[0]).not.toHaveProperty('slice')
  })

  it('a task waits for it rather than fail, and has it as soon as it is free', () => {
    const run = story({ workers, slots: 1, limits: { tokensMax: 0 } }).plan('a', 'b')
    expect(run.status('b')).toBe('ready')
    run.succeed('a')
    expect(run.running).toEqual(['b'])
  })

  it('a task has it when it joins late', () => {
    const run = story({ workers, slots: 0, limits: { tokensMax: 0 } }).plan('a')
    run.feed({ type: 'joined', slot: 'writer/1', worker: 'writer' })
    expect(run.status('a')).toBe('ready')
    run.feed({ type: 'joined', slot: 'typist/1', worker: 'typist' })
    expect(run.running).toEqual(['a'])
  })
})

describe('what a run has used is what its attempts and its planners have, whatever became of them (X-03)', () => {
  it('failed, lost, cancelled and retried attempts count', () => {
    const run = modelStory({ tokensMax: 1_000, slotsMax: 1 }).plan('a')
    const error = { code: 'WORKER_THREW', message: 'It broke.' } as const
    run.feed({ type: 'error', ...run.attempt('a'), error, usage: { tokens: 11, costMicros: 3 } })
    run.feed({ type: 'lost', ...run.attempt('a'), error, usage: { tokens: 7, costMicros: 2 } })
    use(run, 'a', 5, 1)
    expect(run.kernel.view.spent).toEqual({ tokens: 23, costMicros: 6 })
  })

  it('an attempt that nobody can tell of counts with its whole slice, since a call may have been under way', () => {
    const run = modelStory().plan('a')
    call(run, 'a', 10)
    run.feed({ type: 'cancel', scope: { kind: 'task', task: 'a' }, by: 'ada', reason: 'enough' })
    expect(run.kernel.view.spent.tokens).toBe(40)
  })

  it('no report makes less of an attempt than its recorded calls', () => {
    const run = modelStory().plan('a')
    call(run, 'a', 10, 4)
    call(run, 'a', 20, 1)
    use(run, 'a', 3)
    expect(run.of('budget.settled')).toMatchObject([{ tokens: 30, costMicros: 5 }])
  })

  it('a call that is told of after its attempt was lost is recorded, and counted once', () => {
    const run = modelStory().plan('a')
    run.lose('a')
    run.feed({ ...CALL, type: 'modelCalled', task: 'a', epoch: 1, inputTokens: 9 })
    use(run, 'a', 1)
    expect(run.of('model.called')).toMatchObject([{ task: 'a', epoch: 1, inputTokens: 9 }])
    expect(run.kernel.view.spent.tokens).toBe(41)
  })

  it('a call of an attempt that never was is a violation', () => {
    const run = modelStory().plan('a')
    run.feed({ ...CALL, type: 'modelCalled', task: 'a', epoch: 2, inputTokens: 9 })
    expect(run.of('model.called')).toEqual([])
    expect(run.of('violation.recorded')).toMatchObject([{ by: 'a@2', error: { code: 'MESSAGE_FORGED' } }])
  })

  it('a call shows that its attempt had begun, on which hangs whether the work may be repeated', () => {
    const run = modelStory({}, [WorkerEntrySchema.parse({ ...writer, effects: 'once' })]).plan('a')
    call(run, 'a', 1)
    run.lose('a')
    expect(run.status('a')).toBe('lost')
  })
})

it('the defaults cover one attempt after another of a run that states no limit', () => {
  const { limits } = RunConfigSchema.parse({})
  expect(limits.attemptTokensMax * limits.slotsMax).toBeLessThanOrEqual(limits.tokensMax)
  expect(limits.attemptCostMicrosMax * limits.slotsMax).toBeLessThanOrEqual(limits.costMicrosMax)
})
