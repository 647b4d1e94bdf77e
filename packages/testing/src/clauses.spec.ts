import { defineInvariant, finding } from '@bosun/invariants'
import { always, sometimes } from '@bosun/core'
import { composeStrategy } from '@bosun/kernel'
import { explainFailure, runCampaign, settingOf, type CheckOptions, type Setting } from '@bosun/simulation'
import { describe, expect, it } from 'vitest'
import { clausesOf, type Clause } from './clauses.ts'
import { failureMessage } from './failure-message.ts'

const strategy = composeStrategy({ name: 'mine' })
const settingWith = (options: CheckOptions): Setting => settingOf({ kind: 'strategy', strategy }, options)

const nothingIsLost = defineInvariant({
  id: 'MY1',
  title: 'nothing is lost',
  sentence: 'No task is ever lost.',
  clauses: { lost: 'A task was lost.' },
  watches: ['task.lost'],
  initial: () => ({}),
  onFact: (_state, fact) => finding('lost', `${fact.task} was lost`, fact.seq),
})

const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)

/** A strategy that is right, and says something of each task. */
const saying = (say: (length: number) => void): Setting =>
  settingOf({
    kind: 'strategy',
    strategy: composeStrategy({
      name: 'talkative',
      order: {
        name: 'by-place',
        key(task) {
          say(task.spec.id.length)
          return 0
        },
      },
    }),
  })

const idOf = ({ title }: Clause) => title.replace(/ .*$/, '')

async function verdicts(setting: Setting, schedules = 600): Promise<ReadonlyMap<string, ReturnType<Clause['judge']>>> {
  const report = await runCampaign(setting, { schedules, failuresMax: 1 })
  return new Map(clausesOf(setting).map((clause) => [idOf(clause), clause.judge(report)]))
}

describe('the clauses of a check', () => {
  it('are the whole catalogue, each once, and one’s own', () => {
    const ids = clausesOf(settingWith({ ownInvariants: [nothingIsLost] })).map(idOf)
    expect(ids).toEqual(expect.arrayContaining([...numbered('S', 21), ...numbered('L', 8), ...numbered('Q', 10)]))
    expect(ids).toEqual(expect.arrayContaining([...numbered('R', 6), ...numbered('D', 4), 'MY1']))
    expect(new Set(clausesOf(settingWith({})).map(({ title }) => title)).size).toBe(clausesOf(settingWith({})).length)
  })

  it('blame the one that was violated, with what a person needs to see it again', async () => {
    const setting = settingWith({ ownInvariants: [nothingIsLost] })
    const report = await runCampaign(setting, { schedules: 2_000, failuresMax: 1 })
    const violated = clausesOf(setting).flatMap((clause) => {
      const verdict = clause.judge(report)
      return verdict.type === 'violated' ? [{ id: idOf(clause), verdict }] : []
    })
    expect(violated.map(({ id }) => id)).toEqual(['MY1'])
    const [{ verdict } = expect.fail('nothing was violated')] = violated
    const told = await Promise.all(
      verdict.failures.map((one) => explainFailure(setting, one, { module: 'src/mine.ts' })),
    )
    const message = failureMessage(
      verdict.sentence,
      told.flatMap((one) => one ?? []),
    )
    expect(message).toMatch(/^t0 was lost\n\n✗ MY1 nothing is lost: t0 was lost\n/)
    expect(message).toMatch(/bosun check src\/mine\.ts --replay b1:[\w-]+\n/)
    expect(message).toContain("  const trace = simulate(subject, { replay: 'b1:")
  })

  it('that nothing could be judged by say why', async () => {
    const found = await verdicts(settingWith({ comparesRuns: false }))
    expect(found.get('S21')).toEqual({ type: 'not judged', reason: 'no schedule had task.placed' })
    expect(found.get('R4')).toEqual({ type: 'not judged', reason: 'comparesRuns is false' })
    expect(found.get('Q3')).toMatchObject({ type: 'not judged', reason: expect.stringContaining('does not declare') })
    expect(found.get('S1')).toEqual({ type: 'held' })
    expect(found.get('D1')).toEqual({ type: 'held' })
  })

  it('hold code to what it says of itself', async () => {
    const always99 = await verdicts(saying((length) => always(length > 99, 'ids are long')))
    expect(always99.get('what')).toMatchObject({ type: 'violated', failures: [{ failure: 'U-ids are long always' }] })
    const never = await verdicts(saying((length) => sometimes(length > 99, 'an id is long')))
    expect(never.get('what')).toMatchObject({ type: 'violated', sentence: 'never so in any schedule: "an id is long"' })
    const fine = await verdicts(saying((length) => sometimes(length > 1, 'an id has a letter and a digit')))
    expect(fine.get('what')).toEqual({ type: 'held' })
  })

  it('do not take a campaign in which nothing was done for a proof', async () => {
    const setting = settingOf({
      kind: 'planner',
      planner: { name: 'p', plan: () => ({ tasks: [{ id: 'a', type: 'unknown', body: 1 }] }) },
    })
    const found = await verdicts(setting, 100)
    expect(found.get('the')).toMatchObject({
      type: 'violated',
      sentence: expect.stringContaining('No task ever succeeded'),
    })
  })
})
