import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DurableFact, Json } from '@bosun/core'
import { blobName, blobNamesIn, encodeFact, inlineBlobs, INLINE_LENGTH_MAX } from './fact-codec.ts'
import { valueFact } from './facts.fixture.ts'

const marked: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  { $blob: `sha256-${'a'.repeat(64)}` },
  { $blob: 'sha256-', more: 1 },
  [{ $blob: `sha256-${'b'.repeat(64)}` }],
)
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue() as fc.Arbitrary<Json>,
  marked,
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.integer({ min: INLINE_LENGTH_MAX - 3, max: INLINE_LENGTH_MAX + 3 }).map((length) => 'x'.repeat(length)),
)

describe('The text of a fact', () => {
  it('S19: becomes the same fact again, whatever it carries', () => {
    fc.assert(
      fc.property(value, (json) => {
        const fact = valueFact(1, json)
        expect(decode(encodeFact(fact))).toEqual(JSON.parse(JSON.stringify(fact)))
      }),
    )
  })

  it('S19: is the same text when a decoded fact is encoded again', () => {
    fc.assert(
      fc.property(value, (json) => {
        const { text } = encodeFact(valueFact(1, json))
        expect(encodeFact(decode(encodeFact(valueFact(1, json)))).text).toBe(text)
      }),
    )
  })

  it('is short however much the fact carries', () => {
    const { text, blobs } = encodeFact(valueFact(1, 'x'.repeat(100_000)))
    expect(text.length).toBeLessThan(300)
    expect(blobs.map(([name, json]) => [name, json.length])).toEqual([[blobName(blobs[0]?.[1] ?? ''), 100_002]])
  })

  it('has nothing apart when it is short', () => {
    expect(encodeFact(valueFact(1, 'done'))).toEqual({ text: JSON.stringify(valueFact(1, 'done')), blobs: [] })
  })
})

function decode({ text, blobs }: ReturnType<typeof encodeFact>): DurableFact {
  const fact = JSON.parse(text) as DurableFact
  const known = new Map(blobs)
  expect(blobs.every(([name]) => blobNamesIn(text).includes(name))).toBe(true)
  expect(inlineBlobs(fact, known)).toBeUndefined()
  return fact
}
