import { Journal, ResultQueue, type Report } from '@bosun/core'
import { ask, fanOut, finish, foldManager, pipeline, task, delegate } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { InProcessResultQueue } from '../broker/in-process-result-queue.ts'
import { MemoryJournal } from '../journal/memory-journal.ts'
import { deadOwner } from '../journal/facts.fixture.ts'
import { commandWithoutOwner } from '../project/command-without-owner.ts'
import type { RunHandle } from './run-handle.ts'
import { OutputPublisher } from './run-ports.ts'
import { config, ended, expectClean, of, rebound, stored, untilFact, world, write } from './world.fixture.ts'

/** Writes a page; what it is refused with is its result. */
const publisher = defineWorker({
  name: 'publisher',
  handles: 'publish',
  summary: 'Publishes a page.',
  body: z.string(),
  result: z.string(),
  tools: { write },
  async run({ body: path }, { tools }) {
    try {
      await tools.write({ path, text: `the page ${path}` })
      return 'written'
    } catch (error) {
      return (error as Error).message
    }
  },
})
const pages = fanOut<readonly string[]>({
  name: 'pages',
  start: (paths) => paths.map((path, nth) => task('publish', path, { id: `p${nth}` })),
})
const asking = config({ policy: { ask: ['test.write(deploy/**)'] }, limits: { timeoutMs: 60_000 } })
const workers = [publisher]

/** Answers each question that the log tells of, also of those that were asked in an earlier life. */
function answering(run: RunHandle): RunHandle {
  run.facts$.subscribe((fact) => {
    if (fact.type !== 'approval.requested' && fact.type !== 'manager.asked') return
    void run.answer(fact.approval, !fact.question.includes('b'), 'as always', 'ann').catch(() => {})
  })
  return run
}

describe('a call under policy.ask', () => {
  it('M-22: waits for a person, goes on when it is permitted, and says who had what permitted', async () => {
    const { bosun } = await world({ workers })
    const run = await bosun.run(pages, ['deploy/a', 'src/b'], { run: 'r', config: asking })
    const { approval, question, call } = await untilFact(run, 'approval.requested')
    expect({ approval, question, rule: call.rule }).toEqual({
      approval: 'a1',
      question: 'test.write(deploy/a)',
      rule: 'test.write(deploy/**)',
    })
    expect(run.why('p0')).toMatchObject([{ kind: 'approval', names: ['a1'] }])
    expect(run.view.approvals).toMatchObject([{ approval: 'a1', task: 'p0', attempt: 'r/p0@1' }])
    await run.answer('a1', true, 'looked at it', 'ann')
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: ['written', 'written'] } })
    expect(of(facts, 'approval.given')).toMatchObject([
      { approval: 'a1', granted: true, by: 'ann', reason: 'looked at it' },
    ])
    expectClean(facts)
  })

  it('is refused to the worker with the rule, who and why when it is denied, and that is a fact', async () => {
    const { bosun } = await world({ workers })
    const run = await bosun.run(pages, ['deploy/a'], { run: 'r', config: asking })
    await untilFact(run, 'approval.requested')
    await run.answer('a1', false, 'not on a Friday', 'ann')
    const { end, facts } = await ended(run, bosun.journal)
    const detail = 'test.write(deploy/a), denied by ann: not on a Friday'
    expect(end).toMatchObject({ result: { result: [expect.stringContaining(detail)] } })
    expect(of(facts, 'tool.denied')).toMatchObject([{ rule: 'policy.ask: test.write(deploy/**)', detail }])
    expectClean(facts)
  })

  it('outlives the process of the run: answered while nobody manages it, and not asked again', async () => {
    const journal = new MemoryJournal()
    const modules = [rebound(Journal, journal)]
    const first = await world({ workers, modules })
    const run = await first.bosun.run(pages, ['deploy/a'], { run: 'r', config: asking })
    await untilFact(run, 'approval.requested')
    // What is stored so far is all that another process has.
    const other = new MemoryJournal()
    await other.append('r', await other.acquire('r', deadOwner), 0, await stored(journal, 'r'))
    await run.cancel('the end of the first process')
    await other.submit('r', { kind: 'approve', body: { approval: 'a1', reason: 'later' }, by: 'ann' })
    await commandWithoutOwner(other, 'r')
    const second = await world({ workers, modules: [rebound(Journal, other)] })
    const { end, facts } = await ended(await second.bosun.resume('r', { managers: [pages] }), other)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: ['written'] } })
    expect(of(facts, 'approval.requested')).toHaveLength(1)
    expect(of(facts, 'approval.applied')).toMatchObject([{ approval: 'a1', epoch: 2, granted: true }])
    expectClean(facts)
  })

  it('outlives a stop: the question stays, and the next attempt waits for the same answer', async () => {
    const { bosun } = await world({ workers })
    const run = await bosun.run(pages, ['deploy/a'], { run: 'r', config: asking })
    await untilFact(run, 'approval.requested')
    await run.stop('told to end', { graceMs: 1 })
    await run.outcome
    const again = await bosun.resume('r', { managers: [pages] })
    await untilFact(again, 'approval.requested', ({ epoch }) => epoch === 2)
    expect(again.view.approvals).toMatchObject([{ approval: 'a1', attempt: 'r/p0@2' }])
    await again.answer('a1', true)
    const { end, facts } = await ended(again, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed' })
    expect(new Set(of(facts, 'approval.requested').map(({ approval }) => approval))).toEqual(new Set(['a1']))
    expectClean(facts)
  })

  it('closes with a cancel, and the worker is stopped', async () => {
    const { bosun } = await world({ workers })
    const run = await bosun.run(pages, ['deploy/a'], { run: 'r', config: asking })
    await untilFact(run, 'approval.requested')
    await run.cancel('enough')
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.cancelled' })
    expect(of(facts, 'approval.given')).toEqual([])
    expectClean(facts)
  })

  it('comes from the workers of nested managers as from any', async () => {
    const { bosun } = await world({ workers })
    const nested = pipeline<readonly string[]>({ name: 'site', stages: [{ name: 'deploy', run: pages }] })
    const run = await bosun.run(nested, ['deploy/a', 'deploy/b'], { run: 'r', config: asking })
    await untilFact(run, 'approval.requested', ({ approval }) => approval === 'a2')
    expect(run.view.approvals.map(({ task: id }) => id)).toEqual(['deploy/p0', 'deploy/p1'])
    await run.answer('a2', true)
    await run.answer('a1', true)
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: ['written', 'written'] } })
    expectClean(facts)
  })

  it('S18, H7: is answered by no worker, whatever its side reports', async () => {
    const results = new InProcessResultQueue()
    const { bosun } = await world({ workers, modules: [rebound(ResultQueue, results)] })
    const run = await bosun.run(pages, ['deploy/a'], { run: 'r', config: asking })
    await untilFact(run, 'approval.requested')
    for (const type of ['approve', 'approval.given', 'answer']) {
      const forged = { run: 'r', task: 'p0', epoch: 1, type, approval: 'a1', granted: true, by: 'ann', reason: '' }
      results.publish(forged as unknown as Report)
    }
    await untilFact(run, 'violation.recorded', ({ error }) => error.message.includes('answer of'))
    expect(run.view.approvals).toHaveLength(1)
    await run.answer('a1', false)
    const { facts } = await ended(run, bosun.journal)
    expect(of(facts, 'violation.recorded').map(({ error }) => error.code)).toEqual(Array(3).fill('MESSAGE_FORGED'))
    expect(of(facts, 'approval.given')).toMatchObject([{ granted: false }])
  })
})

describe('a question of a manager', () => {
  const careful = foldManager({
    name: 'careful',
    initial: () => ({ said: '' }),
    on: {
      goal: () => delegate(task('publish', 'src/a', { id: 'a' })),
      answered(state, { request, granted, by, reason }) {
        state.said = `${request}: ${granted ? 'yes' : 'no'}, says ${by}, ${reason}`
      },
      settled: ({ said }) => (said === '' ? ask('deploy', 'Deploy it?') : finish(said)),
    },
  })

  it('is answered by a person, however long that takes, and before that the run is not settled', async () => {
    const { bosun } = await world({ workers })
    const run = await bosun.run(careful, null, { run: 'r', config: config() })
    await untilFact(run, 'manager.asked')
    expect(run.view.approvals).toMatchObject([{ approval: 'a1', request: 'deploy', question: 'Deploy it?' }])
    await run.answer('a1', true, 'all is green', 'ann')
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: 'deploy: yes, says ann, all is green' })
    expectClean(facts)
  })

  it('outlives its process as well', async () => {
    const { bosun } = await world({ workers })
    const run = await bosun.run(careful, null, { run: 'r', config: config() })
    await untilFact(run, 'manager.asked')
    await run.stop('told to end', { graceMs: 1 })
    await run.outcome
    await bosun.journal.submit('r', { kind: 'deny', body: { approval: 'a1', reason: 'no' }, by: 'ann' })
    await commandWithoutOwner(bosun.journal, 'r')
    const again = await bosun.resume('r', { managers: [careful] })
    const { end, facts } = await ended(again, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: 'deploy: no, says ann, no' })
    expect(of(facts, 'manager.asked')).toHaveLength(1)
    expectClean(facts)
  })
})

describe('a run whose manager dies at any fact around its questions', () => {
  /** Two pages to be written, of which one is denied, then a question of the manager. */
  const deploy = foldManager<{ said: string }, readonly string[]>({
    name: 'deploy',
    initial: () => ({ said: '' }),
    on: {
      goal: (_, { goal }) => delegate(goal.map((path, nth) => task('publish', path, { id: `p${nth}` }))),
      answered(state, { granted, by }) {
        state.said = `${by} says ${granted ? 'yes' : 'no'}`
      },
      settled: ({ said }) => (said === '' ? ask('tell', 'Tell the others?') : finish(said)),
    },
  })

  it(
    'R4, P8: comes to the same end, and no question is asked under a second id or answered twice',
    { timeout: 60_000 },
    async () => {
      // Each life has a folder of its own, so that what another one has staged is not there.
      const anywhere: OutputPublisher = {
        publish: async (_, outputs) => outputs.map((path) => ({ path, hash: 'sha256-0', bytes: 0 })),
      }
      const modules = [rebound(OutputPublisher, anywhere)]
      const { bosun } = await world({ workers, modules })
      const whole = answering(await bosun.run(deploy, ['deploy/a', 'deploy/b'], { run: 'r', config: asking }))
      const { end, facts } = await ended(whole, bosun.journal)
      expect(end).toMatchObject({ type: 'run.completed', result: 'ann says yes' })
      const points = facts.flatMap(({ cause }, nth) => (nth > 0 && facts[nth - 1]?.cause !== cause ? [nth] : []))
      expect(points.length).toBeGreaterThan(10)
      for (const point of points) {
        const journal = new MemoryJournal()
        await journal.append('r', await journal.acquire('r', deadOwner), 0, facts.slice(0, point))
        const next = await world({ workers, modules: [...modules, rebound(Journal, journal)] })
        const again = await ended(answering(await next.bosun.resume('r', { managers: [deploy] })), journal)
        expect(again.end).toMatchObject({ type: 'run.completed', result: 'ann says yes' })
        expect(
          of(again.facts, 'approval.given')
            .map(({ granted }) => granted)
            .toSorted(),
        ).toEqual([false, true, true])
        expectClean(again.facts)
        await next.bosun.close()
      }
    },
  )
})
