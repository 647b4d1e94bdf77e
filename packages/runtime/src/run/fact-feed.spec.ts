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
})
