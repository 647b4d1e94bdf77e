import { Journal, ResultQueue, TaskQueue, type AttemptKey } from '@bosun/core'
import { fanOut, task } from '@bosun/managers'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { InProcessResultQueue } from '../broker/in-process-result-queue.ts'
import { InProcessTaskQueue } from '../broker/in-process-task-queue.ts'
import { MemoryJournal } from '../journal/memory-journal.ts'
import { commandWithoutOwner } from '../project/command-without-owner.ts'
import { OutputPublisher } from './run-ports.ts'
import { config, ended, expectClean, of, rebound, temporaryFolder, untilFact, world } from './world.fixture.ts'

/** Hands nothing to any worker: the test reports in their place. */
class DeafTaskQueue extends InProcessTaskQueue {
  override enqueue(): void {}
}

const manager = fanOut({ name: 'one', start: () => [task('echo', 1, { id: 'a', outputs: ['a'] })] })
const attempt = { run: 'r', task: 'a', epoch: 1 }
const died = { code: 'HOST_DIED', message: 'It died.' } as const

it('P8: files that were adopted while nobody managed the run are published when it is resumed (bug: it hung)', async () => {
  const journal = new MemoryJournal()
  const results = new InProcessResultQueue()
  const published: AttemptKey[] = []
  const publisher: OutputPublisher = {
    publish: (key) => Promise.resolve(void published.push(key)).then(() => [{ path: 'a', hash: 'sha256-0', bytes: 0 }]),
  }
  const modules = [rebound(Journal, journal), rebound(OutputPublisher, publisher)]
  const first = await world({
    modules: [...modules, rebound(ResultQueue, results), rebound(TaskQueue, new DeafTaskQueue())],
  })
  const run = await first.bosun.run(manager, null, { run: 'r', config: config() })
  await untilFact(run, 'task.assigned')
  results.publish({ ...attempt, type: 'lost', error: died })
  await untilFact(run, 'task.assigned', ({ epoch }) => epoch === 2)
  results.publish({ ...attempt, type: 'result', result: 1, outputs: ['a'] })
  await untilFact(run, 'result.quarantined')
  await run.pause('to see')
  results.publish({ ...attempt, epoch: 2, type: 'lost', error: died })
  await run.outcome
  await journal.submit('r', { kind: 'adopt', body: { task: 'a' }, by: 'ann' })
  await commandWithoutOwner(journal, 'r')
  expect(published).toEqual([])

  const second = await world({ modules })
  const { end, facts } = await ended(await second.bosun.resume('r', { managers: [manager] }), journal)
  expect(end).toMatchObject({ type: 'run.completed' })
  expect(published).toEqual([attempt])
  expect(of(facts, 'outputs.published')).toMatchObject([{ task: 'a', epoch: 1 }])
  expectClean(facts)
})

it('T-35 S8: a late result is adopted after the end of its run, with the files that were kept for it', async () => {
  const journal = new MemoryJournal()
  const results = new InProcessResultQueue()
  const folder = temporaryFolder()
  const staging = join(folder, '.bosun/staging/r')
  const pages = fanOut({
    name: 'pages',
    start: () => [
      task('echo', 1, { id: 'a', outputs: ['a.html'] }),
      task('echo', 2, { id: 'b', dependsOn: ['a'] }),
      task('echo', 3, { id: 'c' }),
    ],
  })
  const modules = [rebound(Journal, journal)]
  const first = await world({
    folder,
    modules: [...modules, rebound(ResultQueue, results), rebound(TaskQueue, new DeafTaskQueue())],
  })
  const run = await first.bosun.run(pages, null, { run: 'r', config: config({ retry: { retriesMax: 0 } }) })
  await untilFact(run, 'task.assigned', ({ task: id }) => id === 'c')
  mkdirSync(join(staging, 'a@1'), { recursive: true })
  writeFileSync(join(staging, 'a@1/a.html'), 'late but good')
  results.publish({ ...attempt, type: 'lost', error: died })
  await untilFact(run, 'task.skipped')
  results.publish({ ...attempt, type: 'result', result: 1, outputs: ['a.html'] })
  await untilFact(run, 'result.quarantined')
  results.publish({ ...attempt, task: 'c', type: 'result', result: 3, outputs: [] })
  expect((await run.outcome).end).toMatchObject({ type: 'run.failed', missing: ['a', 'b'] })
  expect(existsSync(join(staging, 'a@1/a.html'))).toBe(true)

  await journal.submit('r', { kind: 'adopt', body: { task: 'a', reason: 'I looked at it' }, by: 'ann' })
  await commandWithoutOwner(journal, 'r')
  expect((await journal.runs())[0]?.state).toBe('orphaned')
  const second = await world({ folder, modules })
  const { end, facts } = await ended(await second.bosun.resume('r', { managers: [pages] }), journal)
  expect(end).toMatchObject({ type: 'run.completed', tally: { total: 3, succeeded: 3 } })
  expect(end).toMatchObject({ result: { contains: ['a~2', 'b~2', 'c'], result: [1, 2, 3] } })
  expect(readFileSync(join(folder, 'a.html'), 'utf8')).toBe('late but good')
  expect(of(facts, 'run.reopened')).toMatchObject([{ by: 'ann', reason: 'I looked at it' }])
  expect(of(facts, 'result.adopted')).toMatchObject([{ task: 'a~2', predecessor: 'a', epoch: 1, by: 'ann' }])
  expect(of(facts, 'outputs.published')).toMatchObject([{ task: 'a~2', epoch: 1, files: [{ path: 'a.html' }] }])
  expect(of(facts, 'task.assigned').map(({ task: id }) => id)).toEqual(['a', 'c', 'b~2'])
  // Nothing of it may be adopted any more, so nothing is kept.
  expect(existsSync(staging)).toBe(false)
  expectClean(facts)
})
