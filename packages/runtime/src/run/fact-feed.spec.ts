import type { Fact, Json } from '@bosun/core'
import { filter, map, mergeMap, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { FactFeed } from './fact-feed.ts'

const fact = (seq: number) => ({ type: 'run.resumed', seq, at: 0, cause: 0, by: 'ann' }) satisfies Fact

function feed() {
  const reported: string[] = []
  const made = new FactFeed('r', [], (error) => reported.push((error as Error).message))
  return { feed: made, reported }
}

describe('FactFeed', () => {
  it('M-40: tells every subscriber of each batch, and of the end', () => {
    const { feed: made } = feed()
    const seen: Json[] = []
    made.facts$
      .pipe(mergeMap((facts) => facts))
      .subscribe({ next: ({ seq }) => seen.push(seq), complete: () => seen.push('end') })
    made.partials$.subscribe((value) => seen.push(value))
    made.publish([fact(1), fact(2)])
    made.publishPartial('part')
    made.publish([])
    made.end()
    expect(seen).toEqual([1, 2, 'part', 'end'])
    expect(made.lastSeq).toBe(2)
  })

  it('a subscriber that throws is reported and hears no more, and hurts nobody else', async () => {
    const { feed: made, reported } = feed()
    const seen: number[] = []
    made.facts$.subscribe(() => {
      throw new Error('directly')
    })
    made.facts$
      .pipe(
        map(() => 1),
        filter((one) => one === 1),
      )
      .subscribe({
        next: () => {
          throw new Error('behind operators')
        },
      })
    made.facts$
      .pipe(
        map((): number => {
          throw new Error('in an operator')
        }),
      )
      .subscribe()
    made.facts$
      .pipe(mergeMap(() => throwError(() => new Error('handled'))))
      .subscribe({ error: (error: Error) => seen.push(error.message.length) })
    made.facts$.subscribe({
      complete: () => {
        throw new Error('at the end')
      },
    })
    made.facts$.subscribe((facts) => seen.push(facts.length))
    made.publish([fact(1)])
    made.publish([fact(2)])
    made.end()
    // rxjs alone would have thrown these again on a later tick, and ended the process.
    await new Promise((resolve) => setTimeout(resolve))
    expect(reported).toEqual(['directly', 'behind operators', 'in an operator', 'at the end'])
    expect(seen).toEqual(['handled'.length, 1, 1])
  })

  it('unsubscribes, also during a batch', () => {
    const { feed: made } = feed()
    const seen: number[] = []
    const subscription = made.facts$.subscribe(([first]) => {
      seen.push(first?.seq ?? 0)
      subscription.unsubscribe()
    })
    made.publish([fact(1)])
    made.publish([fact(2)])
    expect(seen).toEqual([1])
  })

  it('iterates from the moment the iterator is made, however late or slowly it is read', async () => {
    const { feed: made } = feed()
    made.publish([fact(1)])
    const iterator = made[Symbol.asyncIterator]()
    for (let seq = 2; seq <= 1_000; seq += 1) made.publish([fact(seq)])
    made.end()
    const seen: number[] = []
    for await (const facts of { [Symbol.asyncIterator]: () => iterator }) {
      await Promise.resolve()
      for (const { seq } of facts) seen.push(seq)
    }
    expect(seen).toEqual(Array.from({ length: 999 }, (_, index) => index + 2))
    expect(await Array.fromAsync(made)).toEqual([])
  })

  it('waits for facts that are still to come', async () => {
    const { feed: made } = feed()
    const read = Array.fromAsync(made)
    await Promise.resolve()
    made.publish([fact(1)])
    await Promise.resolve()
    made.publish([fact(2)])
    made.end()
    expect((await read).flat()).toEqual([fact(1), fact(2)])
  })

  it('a loop that is left hears no more', async () => {
    const { feed: made } = feed()
    queueMicrotask(() => made.publish([fact(1)]))
    const iterator = made[Symbol.asyncIterator]()
    for await (const facts of { [Symbol.asyncIterator]: () => iterator }) {
      expect(facts).toEqual([fact(1)])
      break
    }
    made.publish([fact(2)])
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it('cuts off a reader that is a million facts behind, after what it may still read', async () => {
    const { feed: made } = feed()
    const iterator = made[Symbol.asyncIterator]()
    const many = Array.from({ length: 500_000 }, (_, index) => fact(index + 1))
    for (let count = 0; count < 3; count += 1) made.publish(many)
    made.end()
    await iterator.next()
    await iterator.next()
    await expect(iterator.next()).rejects.toMatchObject({ message: expect.stringContaining('too far behind') })
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })
})
