import { BosunError } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Choice } from './choices.ts'
import { LABEL_CODES } from './labels.ts'
import { parseReplay, printReplay } from './replay-string.ts'

const number = fc.oneof(fc.nat(3), fc.nat(300), fc.maxSafeNat())
const choice: fc.Arbitrary<Choice> = fc
  .record({
    label: fc.constantFrom(...LABEL_CODES.keys()),
    site: fc.tuple(number, number, number),
    bound: fc.oneof(fc.constant(2), fc.integer({ min: 2, max: 2 ** 31 })),
  })
  .chain((rest) => fc.integer({ min: 1, max: rest.bound - 1 }).map((value) => ({ ...rest, value })))
const choices = fc.array(choice, { maxLength: 12 })
const setting = fc.constantFrom('', '00c0ffee')

describe('a replay string', () => {
  it('brings back every list of choices and the hash of its setting', () => {
    fc.assert(
      fc.property(choices, setting, (list, hash) => {
        expect(parseReplay(printReplay(list, hash))).toEqual({ setting: hash, choices: list })
      }),
    )
  })

  it('is refused with REPLAY_INVALID, and never read as another schedule, when a letter is missing or altered', () => {
    fc.assert(
      fc.property(choices, fc.nat(), fc.constantFrom('', 'A', '_', 'x'), (list, at, letter) => {
        const word = printReplay(list, '00c0ffee')
        const index = 3 + (at % (word.length - 3))
        const altered = `${word.slice(0, index)}${letter}${word.slice(index + 1)}`
        // Accepted only where nothing was altered: the last letter of base64 may carry bits that mean nothing.
        expect(['REPLAY_INVALID', list]).toContainEqual(choicesOrCode(altered))
      }),
    )
  })

  it('costs a few letters per choice', () => {
    const fault: Choice = { label: 'fault.result-late', site: [1, 2, 0], bound: 2, value: 1 }
    expect(printReplay([], '00c0ffee')).toHaveLength(14)
    expect(printReplay([fault, fault, fault, fault, fault, fault], '00c0ffee')).toHaveLength(46)
  })
})

describe('a damaged replay string', () => {
  it.each([
    ['b2:AAAA', /a word that begins with b1:.*"b2:AAAA"/],
    ['b1:AA AA', /letters, digits, - and _, received " " at 5/],
    ['b1:', /a part is missing or altered/],
  ])('%s is refused with the reason', (word, reason) => {
    expect(() => parseReplay(word)).toThrow(reason)
  })

  it('is forgiven the blanks around it', () => {
    expect(parseReplay(` ${printReplay([], '')}\n`).choices).toEqual([])
  })
})

function choicesOrCode(word: string): unknown {
  try {
    return parseReplay(word).choices
  } catch (error) {
    return BosunError.is(error) ? error.code : error
  }
}
