import { expect, it } from 'vitest'
import { plainJson } from './plain-json.ts'

const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

it('M-50: makes bytes, dates and addresses text, and leaves out what is undefined', () => {
  const value = { bytes: new Uint8Array([1, 2, 3]), at: new Date(0), url: new URL('http://a/b'), none: undefined }
  expect(plainJson(value)).toEqual({ bytes: 'AQID', at: '1970-01-01T00:00:00.000Z', url: 'http://a/b' })
})

it('H14: refuses what nests too deep by name, however deep', () => {
  expect(plainJson(nested(48))).toEqual(nested(48))
  for (const depth of [49, 1_000, 100_000]) {
    expect(() => plainJson(nested(depth))).toThrow(expect.objectContaining({ code: 'MODEL_FAILED' }) as Error)
  }
})
