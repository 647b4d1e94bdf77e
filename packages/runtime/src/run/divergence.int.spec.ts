import { delegate, finish, foldManager, partial, task } from '@bosun/managers'
import { describe, expect, it } from 'vitest'
import { config, ended, expectClean, of, stored, untilFact, world } from './world.fixture.ts'

/** Decides by something that is no message: what the process happens to hold. */
function fickle(choice: () => string) {
  return foldManager({
    name: 'fickle',
    initial: () => null,
    on: {
      goal: () => [partial(choice()), delegate(task('echo', 1, { id: 'first' }))],
      outcome: (_state, message) =>
        message.task === 'first' ? delegate(task('echo', 2, { id: `second-${choice()}` })) : [],
      settled: () => finish('done'),
    },
  })
}

async function pausedInTheMiddle(choice: () => string) {
  const { bosun } = await world()
  const run = await bosun.run(fickle(choice), null, { run: 'r', config: config() })
  await untilFact(run, 'task.added', ({ task: { id } }) => id.startsWith('second'))
  // What is durable so far is taken over by another process.
  const prefix = await stored(bosun.journal, 'r')
  const other = await world()
  const epoch = await other.bosun.journal.acquire('r', { pid: 1, bootId: 'dead', startTime: '' })
  await other.bosun.journal.append('r', epoch, 0, prefix)
  return other.bosun
}

describe('A manager that decides otherwise on replay', () => {
  it('R2: pauses the run and says so, and the recorded decisions stand', async () => {
    const bosun = await pausedInTheMiddle(() => 'a')
    const run = await bosun.resume('r', { managers: [fickle(() => 'b')] })
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toBeUndefined()
    expect(of(facts, 'manager.diverged')).toMatchObject([
      { expected: expect.stringContaining('second-a'), received: expect.stringContaining('second-b') },
    ])
    expect(of(facts, 'run.paused')).toMatchObject([{ by: 'kernel', reason: 'MANAGER_DIVERGED' }])
    expect(of(facts, 'task.added').map(({ task: { id } }) => id)).toEqual(['first', 'second-a'])
    expectClean(facts)
    expect(of(facts, 'message.delivered'), 'it hears nothing more').toHaveLength(2)
    // Taken up again with the manager that it had, it goes on.
    const again = await bosun.resume('r', { managers: [fickle(() => 'a')] })
    expect(await again.result).toBe('done')
    expectClean(await stored(bosun.journal, 'r'))
  })

  it('goes on from what is recorded when a person accepts it', async () => {
    const bosun = await pausedInTheMiddle(() => 'a')
    const run = await bosun.resume('r', { managers: [fickle(() => 'b')], acceptDivergence: true, by: 'ann' })
    expect(await run.result).toBe('done')
    const facts = await stored(bosun.journal, 'r')
    expect(of(facts, 'manager.diverged')).toHaveLength(1)
    expect(of(facts, 'run.resumed')).toMatchObject([{ by: 'ann' }])
    expect(of(facts, 'task.added').map(({ task: { id } }) => id)).toEqual(['first', 'second-a'])
    expectClean(facts)
  })

  it('is not what a partial tells, which is never recorded', async () => {
    const bosun = await pausedInTheMiddle(() => 'a')
    let calls = 0
    // The first call is the partial's.
    const run = await bosun.resume('r', { managers: [fickle(() => ((calls += 1) === 1 ? 'another' : 'a'))] })
    const partials: unknown[] = []
    run.partial$.subscribe((value) => partials.push(value))
    expect(await run.result).toBe('done')
    expect(partials, 'published once, by the manager that first told it').toEqual([])
  })

  it('that breaks on replay diverges as well', async () => {
    const bosun = await pausedInTheMiddle(() => 'a')
    const broken = fickle(() => {
      throw new Error('no more')
    })
    const run = await bosun.resume('r', { managers: [broken] })
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toBeUndefined()
    expect(of(facts, 'manager.diverged')).toHaveLength(1)
  })
})
