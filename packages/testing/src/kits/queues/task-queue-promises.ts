import type { Assignment, AttemptKey, TaskQueue } from '@bosun/core'
import { expect } from 'vitest'
import type { KitPromise } from '../kit-promise.ts'

const assignment = (task: string, { run = 'r', epoch = 1 } = {}): Assignment => ({
  run,
  task: { id: task, type: 'work', body: { of: task } },
  epoch,
  worker: 'w',
  slot: 'w/1',
  inputs: { earlier: [1, null] },
  timeoutMs: 60_000,
})
const key = (task: string, { run = 'r', epoch = 1 } = {}): AttemptKey => ({ run, task, epoch })
const idsOf = (batch: readonly Assignment[]) => batch.map(({ task }) => task.id)

/** Claims until it has so many. */
async function claimAll(queue: TaskQueue, count: number): Promise<Assignment[]> {
  const all: Assignment[] = []
  while (all.length < count) {
    // oxlint-disable-next-line no-await-in-loop
    const batch = await queue.claim(count - all.length)
    if (batch.length === 0) break
    all.push(...batch)
  }
  return all
}

/** What a task queue promises. */
export const taskQueuePromises: readonly KitPromise<TaskQueue>[] = [
  {
    title: 'an assignment arrives whole, and at most as many as were asked for',
    async prove(queue) {
      await queue.enqueue([assignment('a'), assignment('b')])
      const first = await queue.claim(1)
      expect(first).toHaveLength(1)
      const both = [...first, ...(await claimAll(queue, 1))].toSorted((a, b) => (a.task.id < b.task.id ? -1 : 1))
      expect(both).toEqual([assignment('a'), assignment('b')])
    },
  },
  {
    title: 'T-09: the same run, task and epoch is taken once, however often and whenever it is enqueued',
    async prove(queue) {
      await queue.enqueue([assignment('a'), assignment('a')])
      await queue.enqueue([assignment('a')])
      expect(idsOf(await claimAll(queue, 1))).toEqual(['a'])
      await queue.enqueue([assignment('a'), assignment('marker')])
      expect(idsOf(await claimAll(queue, 1))).toEqual(['marker'])
      expect(await queue.inspect([key('a')])).toEqual(['claimed'])
    },
  },
  {
    title: 'another epoch of a task, and the same task of another run, are others',
    async prove(queue) {
      await queue.enqueue([assignment('a'), assignment('a', { epoch: 2 }), assignment('a', { run: 'other' })])
      const claimed = (await claimAll(queue, 3)).map(({ run, epoch }) => `${run}@${epoch}`)
      expect(claimed.toSorted()).toEqual(['other@1', 'r@1', 'r@2'])
    },
  },
  {
    title: 'M-45: of claims that compete, each assignment goes to one, and none is left while a claim waits',
    async prove(queue) {
      const claims = [queue.claim(1), queue.claim(2), queue.claim(5)]
      await queue.enqueue(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => assignment(id)))
      const batches = (await Promise.all(claims)).map(idsOf)
      for (const [index, max] of [1, 2, 5].entries()) expect(batches[index]?.length).toBeLessThanOrEqual(max)
      const rest = await claimAll(queue, 8 - batches.flat().length)
      expect([...batches.flat(), ...idsOf(rest)].toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
    },
  },
  {
    title: 'a claim that waits is answered as soon as something comes',
    async prove(queue) {
      const claim = queue.claim(3)
      await queue.enqueue([assignment('a')])
      expect(idsOf(await claim)).toEqual(['a'])
    },
  },
  {
    title: 'what waits is taken back in silence; who claimed is told to stop',
    async prove(queue) {
      const told: string[] = []
      const stopped = Promise.withResolvers<void>()
      queue.onCancel(({ task }) => {
        told.push(task)
        stopped.resolve()
      })
      await queue.enqueue([assignment('a')])
      await queue.claim(1)
      await queue.enqueue([assignment('b')])
      await queue.cancel([key('b'), key('unknown'), key('a')])
      await stopped.promise
      expect(told).toEqual(['a'])
      expect(await queue.inspect([key('a'), key('b')])).toEqual(['claimed', 'absent'])
      await queue.enqueue([assignment('marker')])
      expect(idsOf(await queue.claim(2))).toEqual(['marker'])
    },
  },
  {
    title: 'who no longer listens is told of no stop',
    async prove(queue) {
      const told: string[] = []
      queue.onCancel(() => told.push('gone'))()
      const stopped = Promise.withResolvers<void>()
      queue.onCancel(() => stopped.resolve())
      await queue.enqueue([assignment('a')])
      await queue.claim(1)
      await queue.cancel([key('a')])
      await stopped.promise
      expect(told).toEqual([])
    },
  },
  {
    title: 'it says of each attempt whether it waits, is claimed or is absent, and forgets it once it is settled',
    async prove(queue) {
      await queue.enqueue([assignment('a'), assignment('b')])
      const [claimed] = idsOf(await queue.claim(1))
      const other = claimed === 'a' ? 'b' : 'a'
      const keys = [key(claimed ?? ''), key(other), key('c')]
      expect(await queue.inspect(keys)).toEqual(['claimed', 'waiting', 'absent'])
      queue.settle(key(claimed ?? ''))
      expect(await queue.inspect(keys)).toEqual(['absent', 'waiting', 'absent'])
    },
  },
  {
    title: 'M-46: a closed queue answers every claim with nothing, those that wait too',
    async prove(queue) {
      const waiting = queue.claim(1)
      queue.close()
      expect(await waiting).toEqual([])
      expect(await queue.claim(1)).toEqual([])
    },
  },
]
