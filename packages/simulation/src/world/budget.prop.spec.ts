import type { Fact, Usage } from '@bosun/core'
import { composeStrategy, foldKernel } from '@bosun/kernel'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Choices } from '../choices/choices.ts'
import { RandomChoices } from '../choices/random-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { isWorldEvent, type Trace } from '../trace/trace.ts'
import { createSimulator } from './simulator.ts'

const SCHEDULES = 4_000
const TOKENS_MAX = 150
const strategy = composeStrategy({ name: 'fifo' })

/** Who may use more than is reserved for it, or change what may be used. */
const BEYOND = new Set(['usage-larger', 'limits-changed'])

describe(`${SCHEDULES} random schedules with a small budget`, () => {
  const traces: Trace[] = []

  beforeAll(() => {
    const setting = settingOf(
      { kind: 'strategy', strategy },
      { limits: { tokensMax: TOKENS_MAX }, comparesRuns: false },
    )
    const simulator = createSimulator(setting)
    const choices = new RandomChoices()
    for (let seed = 1; seed <= SCHEDULES; seed += 1) {
      const trace = simulator.trace(choices.seeded(seed))
      if (trace.log.some(({ type }) => type === 'model.called')) traces.push(trace)
    }
  }, 60_000)

  it('X-03: what a run has used is the sum of all its attempts, failed, lost and retried ones included, and of its planners', () => {
    const wrong = traces.filter(({ log }) => {
      const { spent } = foldKernel(strategy, log).view
      const sum = total([...of(log, 'budget.settled'), ...of(log, 'planner.called').map(usageOf)])
      return spent.tokens !== sum.tokens || spent.costMicros !== sum.costMicros
    })
    expect(wrong).toEqual([])
    expect(traces.length).toBeGreaterThan(SCHEDULES / 20)
    for (const type of ['attempt.failed', 'attempt.lost', 'task.retried', 'planner.called'] as const) {
      expect(traces.some(({ log }) => of(log, type).length > 0)).toBe(true)
    }
  })

  it('X-03: no attempt is settled at less than the model calls that were recorded before', () => {
    const wrong = traces.flatMap(({ log }) =>
      of(log, 'budget.settled').filter((settled) => {
        const own = (call: { readonly task: string; readonly epoch: number; readonly seq: number }) =>
          call.task === settled.task && call.epoch === settled.epoch && call.seq < settled.seq
        const called = total(of(log, 'model.called').filter(own).map(usageOf))
        return settled.tokens < called.tokens || settled.costMicros < called.costMicros
      }),
    )
    expect(wrong).toEqual([])
  })

  it('P14: what attempts have really used never exceeds the budget, and some runs end by it', () => {
    const bounded = traces.filter(({ events }) => !events.some(breaksBounds))
    const wrong = bounded.filter(
      ({ events }) =>
        total(events.flatMap((event) => (event.type === 'world.spent' ? [event] : []))).tokens > TOKENS_MAX,
    )
    expect(wrong).toEqual([])
    const exhausted = bounded.filter(({ log }) =>
      of(log, 'run.exhausted').some(({ causeCode }) => causeCode === 'LIMIT_BUDGET'),
    )
    expect(exhausted.length).toBeGreaterThan(10)
  })
})

it('P13: in 1,000 random schedules a spent quota pauses the run, counts no retry, and the run goes on', () => {
  const simulator = createSimulator(settingOf({ kind: 'strategy', strategy }, { comparesRuns: false }))
  const choices = new RandomChoices()
  let refused = 0
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const { log, end } = simulator.trace(withoutQuota(choices.seeded(seed)))
    expect(end.violation).toBeUndefined()
    expect(end.ended).toBeDefined()
    for (const { task, cause, error } of of(log, 'attempt.failed')) {
      if (error.code !== 'MODEL_QUOTA_SPENT') continue
      refused += 1
      const next = of(log, 'task.retried').find((fact) => fact.cause === cause && fact.task === task)
      expect(next).toMatchObject({ counted: false })
    }
  }
  expect(refused).toBeGreaterThan(30)
}, 60_000)

/** The same choices where every third attempt that asks a model finds the quota spent. */
function withoutQuota(base: Choices): Choices {
  return {
    pick: (...site) => base.pick(...site),
    chance: (...site) => base.chance(...site),
    fault: (kind, a, b, c) =>
      kind === 'quota-spent' ? base.chance('quota.back', 1 / 3, a, b, 1) : base.fault(kind, a, b, c),
  }
}

function of<T extends Fact['type']>(log: readonly Fact[], type: T): Extract<Fact, { type: T }>[] {
  return log.filter((fact) => fact.type === type) as Extract<Fact, { type: T }>[]
}

function usageOf(call: {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costMicros: number
}): Usage {
  return { tokens: call.inputTokens + call.outputTokens, costMicros: call.costMicros }
}

function total(parts: readonly Usage[]): Usage {
  return parts.reduce(
    (sum, { tokens, costMicros }) => ({ tokens: sum.tokens + tokens, costMicros: sum.costMicros + costMicros }),
    {
      tokens: 0,
      costMicros: 0,
    },
  )
}

/** Planners are not bound by slices: what they use counts, and leaves less for attempts. */
function breaksBounds(event: Trace['events'][number]): boolean {
  if (isWorldEvent(event)) return event.type === 'world.fault' && BEYOND.has(event.kind)
  return event.type === 'planner.called'
}
