import { BosunError } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Redactor } from './redactor.ts'
import { secretSpellings } from './secret-spellings.ts'

const SECRET = 'sk-"canary"/7f+3 ä\\x'
const made = (...values: string[]) =>
  Redactor.of(new Map(values.map((value, index) => [`KEY_${index}`, value]))) as Redactor
const redactor = made(SECRET)
const encoded = (text: string) => Buffer.from(text).toString('base64')

describe('H10: a secret is taken out of a text', () => {
  it.each([
    ['as it is', SECRET],
    ['inside JSON', JSON.stringify({ key: SECRET })],
    ['inside JSON inside JSON', JSON.stringify(JSON.stringify({ key: SECRET }))],
    ['URL-encoded', `https://host/?key=${encodeURIComponent(SECRET)}`],
    ['form-encoded', `key=${encodeURIComponent(SECRET).replaceAll('%20', '+')}`],
    ['percent-encoded throughout', Buffer.from(SECRET).toString('hex').replace(/../g, '%$&')],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
    ['in base64', encoded(SECRET)],
    ['in base64 after one byte', encoded(`a${SECRET}bc`)],
    ['in base64 after two bytes', encoded(`user:${SECRET}`)],
    ['in base64url', Buffer.from(`ab${SECRET}`).toString('base64url')],
    ['twice', `${SECRET}${SECRET}`],
  ])('%s', (_, text) => {
    const redacted = redactor.text(`before ${text} after`)
    expect(redacted).toContain('[redacted]')
    for (const spelling of secretSpellings(SECRET)) expect(redacted).not.toContain(spelling)
    expect(redacted).toMatch(/^before .* after$/)
  })
})

it('H10: redacts values and keys at any depth, and hands back what holds none as it is', () => {
  const clean = { a: [1, 'two', { three: null }], b: true }
  expect(redactor.json(clean)).toBe(clean)
  expect(redactor.json({ a: [{ [SECRET]: `x${SECRET}` }], n: 1 })).toEqual({
    a: [{ '[redacted]': 'x[redacted]' }],
    n: 1,
  })
})

it('H10: redacts an error with its stack and its causes, and leaves its code', () => {
  const cause = new Error(`wire said ${SECRET}`)
  const error = redactor.error(new BosunError('MODEL_REFUSED', { at: SECRET, received: SECRET, cause }))
  expect(error.code).toBe('MODEL_REFUSED')
  for (const text of [error.message, error.stack, error.at, error.received, cause.message, cause.stack]) {
    expect(text).toContain('[redacted]')
    expect(text).not.toContain(SECRET)
  }
})

it('H10: of a secret that is the beginning of another no rest of the longer one stays', () => {
  const nested = made('abcdefgh', 'abcdefghijkl')
  expect(nested.text('abcdefghijkl')).toBe('[redacted]')
  const stream = nested.stream()
  expect(stream.push('abcdefgh')).toBe('')
  expect(stream.push('ijkl.')).toBe('[redacted].')
  expect(stream.push('abcdefgh') + stream.push('ijk!') + stream.end()).toBe('[redacted]ijk!')
})

it('H10: a secret is found in a stream wherever it is cut, and all else comes out as it went in', () => {
  const part = fc.oneof(
    fc.constantFrom(SECRET, SECRET.slice(0, 9), encoded(SECRET), encodeURIComponent(SECRET), 'sk-', '"'),
    fc.string({ maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat({ max: 12 })), (parts, cuts) => {
      const whole = parts.join('')
      const stream = redactor.stream()
      let shown = ''
      let from = 0
      for (const length of cuts) {
        shown += stream.push(whole.slice(from, from + length))
        from += length
      }
      shown += stream.push(whole.slice(from)) + stream.end()
      expect(shown).toBe(redactor.text(whole))
    }),
  )
})

it('shows at once what cannot be the beginning of a secret', () => {
  const stream = redactor.stream()
  expect(stream.push('a line\n')).toBe('a line\n')
  expect(stream.push('key: sk-')).toBe('key: ')
  expect(stream.end()).toBe('sk-')
})

it('H10: a value too short to be told from ordinary text is refused by the name of its variable, never shown', () => {
  const short = new Map([['SHORT', 'hunter2']])
  const refuse = () => Redactor.of(short)
  expect(refuse).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('SHORT') }))
  expect(refuse).not.toThrow('hunter2')
  expect(Redactor.of(new Map())).toBeUndefined()
})
