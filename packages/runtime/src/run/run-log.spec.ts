import type { DurableFact, Fact } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FactFeed } from './fact-feed.ts'
import { RunLog } from './run-log.ts'

const fact = (seq: number) => ({ type: 'run.resumed', seq, at: 0, cause: 0, by: 'ann' }) satisfies DurableFact
const facts = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => fact(from + index))
const beat = { type: 'attempt.beat', seq: 0, at: 0, cause: 0, task: 'a', epoch: 1 } satisfies Fact
const numbers = (from: number, to: number) => facts(from, to).map(({ seq }) => seq)

/** A run whose facts are stored, then told, with a journal that is read in pages. */
function run({ page = 3 } = {}) {
  const stored: DurableFact[] = []
  let reads = 0
  const feed = new FactFeed('r', [])
  const log = new RunLog(feed, async function* (from) {
    reads += 1
    for (let place = from; place < stored.length;) {
      const batch = stored.slice(place, place + page)
      await Promise.resolve()
      yield batch
      place += batch.length
    }
  })
  return {
    feed,
    log,
    stored,
    reads: () => reads,
    /** Stores and tells the next facts. */
    add(count: number) {
      const next = facts(stored.length + 1, stored.length + count)
      stored.push(...next)
      feed.publish(next)
    },
  }
}

/** What a reader gets until the end. */
async function seqs(reader: AsyncIterable<readonly Fact[]>): Promise<number[]> {
  const seen: number[] = []
  for await (const batch of reader) for (const { seq } of batch) seen.push(seq)
  return seen
}

describe('RunLog', () => {
  it('M-40: gives every reader all facts once and in order, whenever it begins and however fast it reads', async () => {
    const step = fc.oneof(
      fc.record({ add: fc.integer({ min: 1, max: 7 }) }),
      fc.constant({ subscribe: true as const }),
      fc.constant({ iterate: true as const }),
      fc.constant({ read: true as const }),
      fc.constant({ pass: true as const }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { feed, log, stored, add } = run()
        const pushed: { from: number; seen: number[]; over: Promise<void> }[] = []
        const pulled: { from: number; seen: number[]; reader: AsyncIterableIterator<readonly Fact[]> }[] = []
        for (const one of steps) {
          if ('add' in one) add(one.add)
          else if ('subscribe' in one) {
            const seen: number[] = []
            const { promise, resolve, reject } = Promise.withResolvers<void>()
            pushed.push({ from: 0, seen, over: promise })
            const next = (batch: readonly Fact[]) => seen.push(...batch.map(({ seq }) => seq))
            log.follow(0, { next, error: reject, complete: resolve })
          } else if ('iterate' in one) {
            const from = pulled.length % 2 === 0 ? 0 : stored.length
            pulled.push({ from, seen: [], reader: log.reader(from) })
          } else if ('read' in one && stored.length > 0) {
            for (const { from, seen, reader } of pulled) {
              if (from + seen.length >= stored.length) continue
              // oxlint-disable-next-line no-await-in-loop
              const { value } = await reader.next()
              seen.push(...(value ?? []).map(({ seq }: Fact) => seq))
            }
          } else await Promise.resolve()
        }
        feed.end()
        await Promise.all(pushed.map(({ over }) => over))
        for (const one of pulled) one.seen.push(...(await seqs(one.reader)))
        for (const { from, seen } of [...pushed, ...pulled]) expect(seen).toEqual(numbers(from + 1, stored.length))
      }),
    )
  })

  it('tells at once what comes next to who is up to date, and asks no journal for it', () => {
    const { log, add, reads } = run()
    const seen: number[] = []
    const subscription = log.follow(0, {
      next: (batch) => seen.push(...batch.map(({ seq }) => seq)),
      error: () => undefined,
      complete: () => undefined,
    })
    add(2)
    add(1)
    expect(seen).toEqual([1, 2, 3])
    subscription.unsubscribe()
    add(1)
    expect({ seen, reads: reads() }).toEqual({ seen: [1, 2, 3], reads: 0 })
  })

  it('begins from now on when it is not told where to begin', async () => {
    const { log, add, feed } = run()
    add(4)
    const reader = log.reader()
    add(2)
    feed.end()
    expect(await seqs(reader)).toEqual([5, 6])
  })

  it('lets volatile facts through to who is up to date', async () => {
    const { log, feed, add } = run()
    const reader = log.reader()
    add(1)
    feed.publish([beat])
    add(1)
    feed.end()
    expect(await seqs(reader)).toEqual([1, 0, 2])
  })

  it('keeps no more than 10,000 facts for a slow reader, and reads the rest from the journal', async () => {
    const { log, add, feed, reads } = run({ page: 1_000 })
    const reader = log.reader()
    add(1)
    expect((await reader.next()).value).toEqual([fact(1)])
    for (let count = 0; count < 101; count += 1) add(100)
    expect(reads()).toBe(0)
    const rest = seqs(reader)
    add(1)
    feed.end()
    expect(await rest).toEqual(numbers(2, 10_102))
    expect(reads()).toBeGreaterThan(0)
  })

  it('a loop that is left hears no more, also in the middle of the journal', async () => {
    const { log, add } = run()
    add(9)
    for await (const batch of log.reader(0)) {
      expect(batch).toEqual(facts(1, 3))
      break
    }
    const reader = log.reader()
    const waiting = reader.next()
    await reader.return?.()
    add(1)
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })

  it('tells a reader that the journal fails, or holds no more what it has not read', async () => {
    const feed = new FactFeed('r', [])
    feed.publish(facts(1, 3))
    feed.end()
    const broken = new RunLog(feed, () => {
      throw new Error('no disk')
    })
    await expect(broken.reader(0).next()).rejects.toThrow('no disk')
    const removed = new RunLog(feed, async function* () {})
    await expect(removed.reader(0).next()).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
    const failed = await new Promise((resolve) => {
      removed.follow(0, { next: () => undefined, error: resolve, complete: () => resolve('complete') })
    })
    expect(failed).toMatchObject({ code: 'RUN_UNKNOWN' })
  })
})
