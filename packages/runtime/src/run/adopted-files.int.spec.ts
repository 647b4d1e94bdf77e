import { Journal, ResultQueue, TaskQueue, type AttemptKey } from '@bosun/core'
import { fanOut, task } from '@bosun/managers'
import { expect, it } from 'vitest'
import { InProcessResultQueue } from '../broker/in-process-result-queue.ts'
import { InProcessTaskQueue } from '../broker/in-process-task-queue.ts'
import { MemoryJournal } from '../journal/memory-journal.ts'
import { commandWithoutOwner } from '../project/command-without-owner.ts'
import { OutputPublisher } from './run-ports.ts'
import { config, ended, expectClean, of, rebound, untilFact, world } from './world.fixture.ts'

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
