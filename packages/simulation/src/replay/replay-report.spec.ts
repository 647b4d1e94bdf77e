import { RunConfigSchema, WorkerEntrySchema, type Fact, type Task } from '@bosun/core'
import { BUILT_IN_STRATEGIES, composeStrategy, priority, type Input } from '@bosun/kernel'
import { delegate, fanOut, finish } from '@bosun/managers'
import { describe, expect, it } from 'vitest'
import { differences } from './differences.ts'
import { recordedRun } from './read-recorded-run.ts'
import { planetSite } from './recorded-journal.fixture.ts'
import { replayReportText } from './replay-report-text.ts'
import { replayReport } from './replay-report.ts'
import { replayUnder } from './replay-under.ts'
import { runOnClock } from './run-on-clock.ts'

const fifo = composeStrategy({ name: 'fifo' })
const urgent = composeStrategy({ name: 'urgent', order: priority })

describe('the journal of a real run', () => {
  const facts = planetSite()
  const recorded = recordedRun(facts)

  it('X-04: comes to the same states, result and times when it is replayed from its own decisions', () => {
    const replayed = replayUnder(recorded, fifo).facts
    expect(differences(facts, replayed)).toEqual([])
    expect(timesOf(replayed)).toEqual(timesOf(facts))
  })

  it('X-04: comes to the same with its manager at hand, whose planner is answered from the record', () => {
    const { facts: replayed } = replayUnder(recorded, fifo, { manager: fanOut({ name: 'fanOut', plan: true }) })
    expect(differences(facts, replayed)).toEqual([])
  })

  it('X-04: is not the same when a recorded result is another one', () => {
    const altered = facts.map((fact) => (fact.type === 'attempt.succeeded' ? { ...fact, result: 'other' } : fact))
    const { facts: replayed } = replayUnder(recordedRun(altered), fifo, {
      manager: fanOut({ name: 'fanOut', plan: true }),
    })
    expect(differences(facts, replayed)).toEqual([
      expect.stringMatching(/^generate-mars-page succeeded with "other" and not /),
      expect.stringMatching(/^generate-moon-page succeeded with "other" and not /),
      expect.stringMatching(/^build-index succeeded with "other" and not /),
      expect.stringContaining('the run ended completed'),
    ])
  })

  it('is compared under every built-in strategy', () => {
    const { rows } = replayReport(facts, BUILT_IN_STRATEGIES)
    expect(rows.map(({ strategy, makespanMs, differences: found }) => [strategy, makespanMs, found])).toEqual([
      ['fifo', 883, []],
      ['priority', 883, []],
      ['critical-path', 883, []],
      ['work-stealing', 883, []],
    ])
  })
})

describe('a report of replays', () => {
  /** On one slot `late` comes last, although it is the one with priority. */
  const facts = journalOf([task('a', 30), task('b', 30), { ...task('late', 10), priority: 9 }])

  it('puts makespan, idle time and longest wait of each strategy side by side', () => {
    expect(replayReportText(replayReport(facts, [fifo, urgent]))).toMatchInlineSnapshot(`
      "run r, 3 tasks.
      Replays take the recorded durations and results and call no worker or model.

      strategy          makespan  idle  longest wait  came to
      fifo (as it ran)     70 ms  0 ms    60 ms late  the record
      fifo                 70 ms  0 ms    60 ms late  the same states and result
      urgent               70 ms  0 ms       40 ms b  the same states and result
      "
    `)
  })

  it('names the attempts whose end the record does not tell, and does not make up one', () => {
    const cut = facts.slice(
      0,
      facts.findIndex(({ type }) => type === 'attempt.succeeded'),
    )
    const report = replayReport(cut, [urgent])
    expect(report.rows).toMatchObject([{ unknown: ['late@1'] }])
    expect(replayReportText(report)).toContain('what the record does not tell')
  })

  it('keeps the time in which no manager was alive out of replays', () => {
    const at = 10 * 60 * 60 * 1000
    const restart: Input = { type: 'recovered', at, managerEpoch: 2, owner: 'next' }
    const { recorded, rows } = replayReport(journalOf([task('a', 30)], { first: () => [], outside: [restart] }), [fifo])
    expect([recorded.makespanMs, rows[0]?.makespanMs]).toEqual([at + 30, 30])
  })

  it('says what came out otherwise', () => {
    const strict = composeStrategy({ name: 'strict', retry: { next: () => undefined } })
    const error = { code: 'WORKER_THREW', message: 'no' } as const
    const report = replayReport(journalOf([task('a', 30)], { first: (of) => [{ type: 'error', ...of, error }] }), [
      strict,
    ])
    expect(report.rows[0]?.differences).toEqual([
      'a failed and not succeeded with "a"',
      'the run ended failed TASKS_UNSUCCESSFUL with null and not completed with null',
    ])
    expect(replayReportText(report)).toContain('strict:\n  a failed and not succeeded')
  })
})

// ---------------------------------------------------------------------------------------------

function timesOf(facts: readonly Fact[]): readonly number[] {
  return facts.flatMap(({ type, at }) => (type === 'task.assigned' || type === 'task.succeeded' ? [at] : []))
}

function task(id: string, durationMs: number): Task {
  return { id, type: 'work', body: durationMs }
}

interface OfAttempt {
  readonly at: number
  readonly task: string
  readonly epoch: number
}

/** A journal of one slot: what the first attempts report, if not their result, and what comes from outside. */
function journalOf(
  tasks: readonly Task[],
  { first, outside = [] }: { first?: (of: OfAttempt) => readonly Input[]; outside?: readonly Input[] } = {},
): readonly Fact[] {
  const config = RunConfigSchema.parse({ limits: { slotsMax: 1, timeoutMs: 1e9 }, lease: { leaseMs: 1e9 } })
  const workers = [WorkerEntrySchema.parse({ name: 'worker', handles: 'work', summary: 'Works.' })]
  return runOnClock({
    strategy: fifo,
    script: [
      { type: 'start', at: 0, run: 'r', goal: null, manager: 'plain', config, origins: {}, workers },
      { type: 'joined', at: 0, slot: 'worker/1', worker: 'worker' },
      ...outside,
    ],
    follows: (fact) => {
      if (fact.type !== 'task.assigned') return []
      const spec = tasks.find(({ id }) => id === fact.task) as Task
      const at = fact.at + Number(spec.body)
      const of = { at, task: fact.task, epoch: fact.epoch }
      if (first !== undefined && fact.epoch === 1) return first(of)
      return [{ type: 'result', ...of, result: fact.task, outputs: [] }]
    },
    answers: ({ message: { type } }) => ({
      decisions: type === 'goal' ? [delegate(tasks)] : type === 'settled' ? [finish(null)] : [],
    }),
  }).facts
}
