import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coreInvariants, defineGoal, defineInvariant, finding } from '@bosun/invariants'
import { composeStrategy } from '@bosun/kernel'
import { delegate, fail, finish, foldManager, task } from '@bosun/managers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseReplay } from '../choices/replay-string.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import { failureOf } from '../shrink/failure-of.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from '../world/simulator.ts'
import { reportText } from './report-text.ts'
import { runCampaign } from './run-campaign.ts'

const strategy = composeStrategy({ name: 'fifo' })

/** Holds until a task is lost, so that a campaign has something to find in a strategy that is right. */
const nothingIsLost = defineInvariant({
  id: 'X1',
  title: 'nothing is lost',
  sentence: 'No task is ever lost.',
  clauses: { lost: 'A task was lost.' },
  watches: ['task.lost'],
  initial: () => ({}),
  onFact: (_state, fact) => finding('lost', `${fact.task} was lost`, fact.seq),
})

const right = settingOf({ kind: 'strategy', strategy }, { scope: { tasksMax: 3 } })
const wrong = { ...right, invariants: [...coreInvariants, nothingIsLost] }

describe('a campaign', () => {
  it('passes a right strategy and accounts for what it did', async () => {
    const report = await runCampaign(right, { schedules: 400 })
    expect(report).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [], schedules: 400, failing: 0 })
    expect(report.comparedTwice).toBe(20)
    expect(report.sources.map(({ name, schedules }) => [name, schedules > 0])).toEqual([
      ['corpus', false],
      ['enumeration', true],
      ['swarm', true],
      ['pct', true],
      ['crashes', true],
      ['mutation', true],
    ])
    expect(report.reach.cells).toBeGreaterThan(100)
    expect(report.goals.reached).toContain('retry-succeeded')
  })

  it('passes no manager whose runs never complete', async () => {
    const gloomy = foldManager({
      name: 'gloomy',
      initial: () => 0,
      on: { goal: () => delegate(task('dig', 0, { id: 'a' })), settled: () => fail('it cannot be good') },
    })
    const workers = { dig: () => ({ result: 1 }) }
    const setting = settingOf({ kind: 'manager', manager: gloomy }, { workers })
    const report = await runCampaign(setting, { schedules: 200 })
    expect(report).toMatchObject({ verdict: 'inconclusive', exitCode: 5 })
    expect(report.reasons).toEqual(['No run was ever completed: nothing is known of one that goes well.'])
  })

  it('D1: tells code apart that keeps something from one schedule to the next', async () => {
    let admitted = 0
    // Twice in a row it answers alike, before the last and after it.
    const tired = composeStrategy({ name: 'tired', admission: { admit: () => (admitted += 1) < 500 } })
    const report = await runCampaign(settingOf({ kind: 'strategy', strategy: tired }), { schedules: 400 })
    expect(report).toMatchObject({ verdict: 'fail', exitCode: 4 })
    expect(report.reasons[0]).toContain('keeps something from one schedule to the next')
  })

  it('D1: tells a manager apart that remembers what it has done', async () => {
    const done = new Set<string>()
    const forgetful = foldManager({
      name: 'forgetful',
      initial: () => 0,
      on: {
        goal: () => ['a', 'b'].filter((id) => !done.has(id)).map((id) => delegate(task('dig', id, { id }))),
        outcome: (_count, { task: id }) => void done.add(id),
        settled: () => finish(done.size),
      },
    })
    const workers = { dig: () => ({ result: 1 }) }
    const setting = settingOf({ kind: 'manager', manager: forgetful }, { workers })
    expect(await runCampaign(setting, { schedules: 100 })).toMatchObject({ verdict: 'fail', exitCode: 4 })
  })

  it('does the same again for the same seed, and something else for another (D1)', async () => {
    const [once, again, other] = await Promise.all(
      [1, 1, 2].map(async (seed) => ({ ...(await runCampaign(right, { schedules: 150, seed })), wallMs: 0 })),
    )
    expect(again).toEqual(once)
    expect(other?.facts).not.toBe(once?.facts)
  })

  it('finds a failure, shrinks it to the same clause, and finds the nearest schedule that passes', async () => {
    const report = await runCampaign(wrong, { schedules: 2_000, failuresMax: 1 })
    expect(report).toMatchObject({ verdict: 'fail', exitCode: 1 })
    const [failure] = report.failures
    expect(failure).toMatchObject({ failure: 'X1 lost', shown: { isMinimal: true } })
    expect(failure?.shown?.facts).toBeLessThanOrEqual(12)
    const simulator = createSimulator(wrong)
    const { choices } = parseReplay(failure?.shown?.replay ?? '')
    expect(failureOf(simulator.run(new ReplayedChoices(choices)))).toBe('X1 lost')
    const twin = parseReplay(failure?.shown?.twin?.replay ?? '')
    expect(failureOf(simulator.run(new ReplayedChoices(twin.choices)))).toBeUndefined()
  })

  it('says which replay brings a failure back', async () => {
    const report = await runCampaign(wrong, { schedules: 2_000, failuresMax: 1 })
    const text = reportText(report)
    expect(text).toMatch(
      /^✗ strategy fifo: fail\n {2}✗ X1 lost: \S+ was lost\n {4}\d+ facts, shrunk from \d+ in \d\.\d s/,
    )
    expect(text).toContain(`replay ${report.failures[0]?.shown?.replay}`)
  })

  it('is inconclusive, and not green, when a goal that it needs was not reached', async () => {
    const never = defineGoal({ id: 'pigs-fly', sentence: 'Pigs fly.', watches: [], initial: () => ({}) })
    const report = await runCampaign(right, { schedules: 50, goals: [never], goalsRequired: ['pigs-fly'] })
    expect(report).toMatchObject({ verdict: 'inconclusive', exitCode: 5 })
    expect(reportText(report)).toContain('Not reached: pigs-fly (Pigs fly).')
  })

  it('is inconclusive when a strategy keeps it from reaching what any other reaches', async () => {
    const idle = composeStrategy({ name: 'idle', admission: { admit: () => false } })
    const setting = settingOf({ kind: 'strategy', strategy: idle }, { invariants: [] })
    const report = await runCampaign(setting, { schedules: 2_000, failuresMax: 100, determinismShare: 0.01 })
    expect(report).toMatchObject({ verdict: 'inconclusive', exitCode: 5 })
    expect(report.reasons.join()).toContain('Not reached: late-result-refused')
  })

  it('is inconclusive when time ran out before it had tried enough', async () => {
    const report = await runCampaign(right, { seconds: 0 })
    expect(report).toMatchObject({ verdict: 'inconclusive', exitCode: 5, schedules: 0 })
    expect(report.reasons[0]).toMatch(/^Only 0 schedules were run/)
  })

  it('calls the failure of liveness alone by its own exit code', async () => {
    const liveness = defineInvariant({ ...nothingIsLost, id: 'L1' })
    const report = await runCampaign({ ...right, invariants: [liveness] }, { schedules: 2_000, failuresMax: 1 })
    expect(report.exitCode).toBe(2)
  })

  it('names a subject that is not deterministic, and the event at which it shows', async () => {
    let asked = 0
    const moody = composeStrategy({
      name: 'moody',
      placement: { name: 'moody', choose: (_task, slots) => (asked += 1) % slots.length },
    })
    const report = await runCampaign(settingOf({ kind: 'strategy', strategy: moody }), { schedules: 500 })
    expect(report).toMatchObject({ verdict: 'fail', exitCode: 4 })
    expect(reportText(report)).toMatch(/the same choices led to two schedules\n {4}event \d+ was \{.*task\.assigned/)
  })

  it('calls a subject that throws crashed', async () => {
    const throwing = composeStrategy({
      name: 'throwing',
      order: {
        name: 'throwing',
        key: ({ spec }) => {
          if (spec.id === 't1') throw new TypeError('cannot count to one')
          return 0
        },
      },
    })
    const report = await runCampaign(settingOf({ kind: 'strategy', strategy: throwing }), {
      schedules: 200,
      failuresMax: 1,
    })
    expect(report).toMatchObject({ verdict: 'fail', exitCode: 3 })
    expect(report.failures[0]?.fault?.message).toContain('cannot count to one')
  })
})

describe('a corpus', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bosun-corpus-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('gets each failure as a file named by clause and hash, and is tried first', async () => {
    await runCampaign(wrong, { schedules: 2_000, failuresMax: 1, corpus: folder })
    const [file, ...others] = await readdir(folder)
    expect(others).toEqual([])
    expect(file).toMatch(/^x1-lost-[0-9a-f]{8}\.json$/)
    const again = await runCampaign(wrong, { schedules: 1, corpus: folder })
    expect(again).toMatchObject({ verdict: 'fail', corpus: [{ file, now: 'X1 lost', isStale: false }] })
  })

  it('reports what passes by now, and what is of another setting', async () => {
    await runCampaign(wrong, { schedules: 2_000, failuresMax: 1, corpus: folder })
    const report = await runCampaign({ ...right, retry: { retriesMax: 5 } }, { schedules: 10, corpus: folder })
    expect(report.corpus).toMatchObject([{ failure: 'X1 lost', isStale: true }])
    expect(report.corpus[0]?.now).toBeUndefined()
    expect(reportText(report)).toMatch(/corpus +x1-lost-\w+\.json · passes, once X1 lost · stale/)
  })

  it('names a file that is damaged', async () => {
    await runCampaign(wrong, { schedules: 2_000, failuresMax: 1, corpus: folder })
    const [file] = (await readdir(folder)) as [string]
    const text = await readFile(join(folder, file), 'utf8')
    await writeFile(join(folder, file), text.replace('b1:', 'b1:AAAA'))
    await expect(runCampaign(wrong, { corpus: folder })).rejects.toThrow(new RegExp(`${file}: A file of the corpus`))
  })
})
