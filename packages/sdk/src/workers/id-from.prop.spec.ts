import { TaskSchema } from '@bosun/core'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { idFrom } from './id-from.ts'

const taken = (id: string) => TaskSchema.safeParse({ id, type: 't', body: null }).success

it('makes an id of any text that is short enough', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), (text) => {
      expect(taken(idFrom(text))).toBe(true)
    }),
  )
})

it('M-42: makes different ids of different texts', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '/', '.', '-', '%', ' ', '2', 'e', '0', 'é'), maxLength: 8 })
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(idFrom(one) === idFrom(other)).toBe(one === other)
    }),
    { numRuns: 5_000 },
  )
})

it.each([
  ['src/internal', 'src/internal'],
  ['src/my page', 'src/my%20page'],
  ['.', '%2e'],
  ['a/../b', 'a/%2e./b'],
])('turns %j into %j', (text, id) => {
  expect(idFrom(text)).toBe(id)
})
