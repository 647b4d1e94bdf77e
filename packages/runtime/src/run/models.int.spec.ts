import { BosunError, type Json, type ModelOptions, type ModelRegistry, type PlanRequest } from '@bosun/core'
import { fanOut, finish, foldManager, plan, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { scriptedModels } from '../models/scripted-models.ts'
import { config, ended, expectClean, gate, of, world } from './world.fixture.ts'

/** Models that answer with what they are asked, and keep it. */
function echoing() {
  const asked: { readonly model: string; readonly attempt: string; readonly text: string }[] = []
  const models: ModelRegistry = {
    resolve: (name) => ({
      name: `test:${name}`,
      ceiling: (options: ModelOptions) => ({ tokens: 100 + Number(options['maxOutputTokens']), costMicros: 0 }),
      call: (options, { attempt }) => {
        const text = JSON.stringify(options['prompt'])
        asked.push({ model: name, attempt, text })
        const answer = { content: [{ type: 'text', text }], warnings: [] } as Json as Record<string, Json>
        return Promise.resolve({ answer, inputTokens: 60, outputTokens: 40, costMicros: 0 })
      },
    }),
  }
  return { models, asked }
}

const asking = (name: string, model: string) =>
  defineWorker({
    name,
    handles: name,
    summary: 'Asks its model about its body.',
    body: z.string(),
    result: z.string(),
    model,
    run: ({ body }, context) => context.model.generate({ prompt: `about ${body}` }),
  })

/** One task per marker, of the workers in turn; each task depends on nothing. */
const markers = (workers: readonly string[]) =>
  fanOut<number>({
    name: 'markers',
    start: (count) =>
      Array.from({ length: count }, (_, index) =>
        task(workers[index % workers.length] as string, `marker-${index}.`, { id: `t${index}` }),
      ),
  })

describe('a run and its models', () => {
  it('M-06: two workers on two models in one run: each call in the log carries its own model', async () => {
    const { models, asked } = echoing()
    const { bosun } = await world({ workers: [asking('draft', 'fast'), asking('review', 'deep')], models })
    const run = await bosun.run(markers(['draft', 'review']), 20, { config: config() })
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', tally: { succeeded: 20 } })
    const workerOf = new Map(of(facts, 'task.assigned').map((fact) => [fact.task, fact.worker]))
    const called = of(facts, 'model.called')
    expect(called).toHaveLength(20)
    for (const { task: id, model } of called) {
      expect(model).toBe(workerOf.get(id) === 'draft' ? 'test:fast' : 'test:deep')
    }
    expect(asked.filter(({ model }) => model === 'fast')).toHaveLength(10)
    expectClean(facts)
  })

  it('H25, M-20: of 50 tasks with markers of their own no prompt holds the marker of another', async () => {
    const { models, asked } = echoing()
    const { bosun } = await world({ workers: [asking('draft', 'fast'), asking('review', 'fast')], models })
    const limits = { slotsMax: 50, tokensMax: 50_000_000 }
    const run = await bosun.run(markers(['draft', 'review']), 50, { config: config({ limits }) })
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', tally: { succeeded: 50 } })
    expect(asked).toHaveLength(50)
    for (const { attempt, text } of asked) {
      const own = `marker-${/\/t(\d+)@/.exec(attempt)?.[1]}.`
      expect(text.match(/marker-\d+\./g)).toEqual([own])
    }
    expectClean(facts)
  })

  it('X-03: what the attempts of a run used is the sum of their calls, and settled so', async () => {
    const { models } = echoing()
    let failuresCount = 0
    const failing = defineWorker({
      name: 'failing',
      handles: 'failing',
      summary: 'Asks, then fails at first.',
      body: z.string(),
      result: z.string(),
      model: 'fast',
      async run(_, { model }) {
        await model.generate({ prompt: 'once' })
        failuresCount += 1
        if (failuresCount === 1) throw new Error('no')
        return 'yes'
      },
    })
    const { bosun } = await world({ workers: [failing], models })
    const { facts } = await ended(await bosun.run(markers(['failing']), 3, { config: config() }), bosun.journal)
    const called = of(facts, 'model.called').reduce((sum, one) => sum + one.inputTokens + one.outputTokens, 0)
    const settled = of(facts, 'budget.settled').reduce((sum, { tokens }) => sum + tokens, 0)
    expect(called).toBe(400)
    expect(settled).toBe(called)
    expectClean(facts)
  })

  it('M-06: a planner asks models; its calls are in the log and count toward the budget of the run', async () => {
    const { models } = echoing()
    const planner = {
      name: 'asking',
      plan: async ({ model }: PlanRequest) => {
        await model('deep').generate({ prompt: 'a plan' })
        await expect(model('deep').generate({ prompt: 'more', outputTokensMax: 10_000 })).rejects.toMatchObject({
          code: 'BUDGET_EXCEEDED',
        })
        return { tasks: [{ id: 't', type: 'draft', body: 'one' }] as never }
      },
    }
    const { bosun } = await world({ workers: [asking('draft', 'fast')], models })
    const limits = { tokensMax: 5_000, attemptTokensMax: 4_000 }
    const run = await bosun.run(fanOut({ name: 'planned', plan: true }), null, { planner, config: config({ limits }) })
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', tally: { succeeded: 1 } })
    expect(of(facts, 'planner.called')).toMatchObject([
      { model: 'test:deep', inputTokens: 60, outputTokens: 40 },
      { model: 'test:deep', error: { code: 'BUDGET_EXCEEDED' } },
    ])
    expectClean(facts)
  })

  it('P14: planners that ask at the same time share what is left of the budget (bug: each had all of it)', async () => {
    const { models } = echoing()
    const both = gate()
    let asked = 0
    const held: ModelRegistry = {
      resolve: (name) => {
        const model = models.resolve(name)
        const call: typeof model.call = async (...how) => {
          await both.opened
          const answer = await model.call(...how)
          return { ...answer, inputTokens: 100, outputTokens: 5_900 }
        }
        return { ...model, call }
      },
    }
    const planner = {
      name: 'asking',
      plan: async ({ model }: PlanRequest) => {
        const generated = model('deep').generate({ prompt: 'a plan', outputTokensMax: 5_900 })
        asked += 1
        if (asked === 2) both.open()
        await generated
        return { tasks: [{ id: 't', type: 'echo', body: 'one' }] as never }
      },
    }
    const two = foldManager({
      name: 'two',
      initial: () => ({ heard: 0 }),
      on: {
        goal: () => [plan('first', null), plan('second', null)],
        plan: (state) => void (state.heard += 1),
        planFailed: () => {},
        settled: (state) => finish(state.heard),
      },
    })
    const { bosun } = await world({ models: held })
    const run = await bosun.run(two, null, { planner, config: config({ limits: { tokensMax: 10_000 } }) })
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: 1 })
    expect(of(facts, 'plan.rejected')).toMatchObject([{ error: { code: 'BUDGET_EXCEEDED' } }])
    expect(of(facts, 'planner.called').reduce((sum, call) => sum + call.inputTokens + call.outputTokens, 0)).toBe(6_000)
  })

  it('a planner that names an unknown model is refused by that name', async () => {
    const planner = {
      name: 'asking',
      plan: ({ model }: PlanRequest) => {
        model('deep')
        return { tasks: [] }
      },
    }
    const { bosun } = await world({ models: scriptedModels({ fast: [] }) })
    const run = await bosun.run(fanOut({ name: 'planned', plan: true }), null, { planner, config: config() })
    const { facts } = await ended(run, bosun.journal)
    expect(of(facts, 'plan.rejected')).toMatchObject([{ error: { code: 'MODEL_UNKNOWN' } }])
  })

  it('P13: a spent quota pauses the run, which goes on when it is resumed', async () => {
    const { models } = echoing()
    let isSpent = true
    const quota: ModelRegistry = {
      resolve: (name) => {
        const model = models.resolve(name)
        const call: typeof model.call = (...how) =>
          isSpent ? Promise.reject(new BosunError('MODEL_QUOTA_SPENT')) : model.call(...how)
        return { ...model, call }
      },
    }
    const { bosun } = await world({ workers: [asking('draft', 'fast')], models: quota })
    const run = await bosun.run(markers(['draft']), 3, { config: config() })
    expect((await run.outcome).end).toBeUndefined()
    isSpent = false
    const again = await bosun.resume(run.run, { managers: [markers(['draft'])] })
    const { end, facts } = await ended(again, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', tally: { succeeded: 3 } })
    expect(of(facts, 'run.paused')).toHaveLength(1)
    expectClean(facts)
  })

  it('P13: a spent quota of a planner pauses the run, which asks it again and goes on when it is resumed', async () => {
    const { models } = echoing()
    let isSpent = true
    const quota: ModelRegistry = {
      resolve: (name) => {
        const model = models.resolve(name)
        const call: typeof model.call = (...how) =>
          isSpent ? Promise.reject(new BosunError('MODEL_QUOTA_SPENT')) : model.call(...how)
        return { ...model, call }
      },
    }
    const planner = {
      name: 'asking',
      async plan({ model }: PlanRequest) {
        await model('fast').generate({ prompt: 'What is to be done?', schema: z.string() })
        return { tasks: [{ id: 'a', type: 'echo', body: 1 }] }
      },
    }
    const manager = fanOut({ name: 'planned', plan: true })
    const { bosun } = await world({ models: quota })
    const run = await bosun.run(manager, null, { planner, config: config() })
    expect((await run.outcome).end).toBeUndefined()
    isSpent = false
    const again = await bosun.resume(run.run, { managers: [manager], planner, by: 'ann', reason: 'it is noon' })
    const { end, facts } = await ended(again, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', tally: { succeeded: 1 } })
    expect(of(facts, 'plan.deferred')).toMatchObject([{ error: { code: 'MODEL_QUOTA_SPENT' } }])
    expect(of(facts, 'run.resumed')).toMatchObject([{ by: 'ann', reason: 'it is noon' }])
    expect(of(facts, 'plan.requested')).toHaveLength(1)
    expect(of(facts, 'plan.rejected')).toEqual([])
    expectClean(facts)
  })
})
