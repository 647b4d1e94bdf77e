import type { ModelOptions } from '@bosun/core'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { callOptionsOf } from './call-options.ts'
import { ceilingOf, inputTokensMax } from './token-ceiling.ts'

const text = fc.string({ unit: 'binary' })
const part = fc.record({ type: fc.constant('text'), text })
const prompt = fc.array(fc.record({ role: fc.constant('user'), content: fc.array(part) }), { minLength: 1 })
const tools = fc.array(
  fc.record({ type: fc.constant('function'), name: text, description: text, inputSchema: fc.constant({}) }),
)

it('P14: the ceiling of a call is never below the bytes of all its text, and grows with what is added', () => {
  fc.assert(
    fc.property(prompt, tools, fc.integer({ min: 1, max: 100_000 }), (messages, offered, maxOutputTokens) => {
      const json = { prompt: messages, tools: offered, maxOutputTokens } as unknown as ModelOptions
      const options = callOptionsOf(json, 'p:m')
      const texts = [
        ...messages.flatMap(({ content }) => content.map((one) => one.text)),
        ...offered.flatMap(({ name, description }) => [name, description]),
      ]
      const bytes = texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0)
      expect(inputTokensMax(options)).toBeGreaterThan(bytes)
      expect(ceilingOf(options, undefined)).toEqual({
        tokens: inputTokensMax(options) + maxOutputTokens,
        costMicros: 0,
      })
      const more = { ...options, prompt: [...options.prompt, ...options.prompt] }
      expect(inputTokensMax(more)).toBeGreaterThan(inputTokensMax(options))
    }),
  )
})

it('P14: an image counts by what providers count for the largest, not by its bytes', () => {
  const file = { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AAAA' } }
  const output = { type: 'content', value: [file] }
  const result = { type: 'tool-result', toolCallId: 'c', toolName: 't', output }
  const messages = [
    { role: 'user', content: [file, file] },
    { role: 'tool', content: [result] },
  ]
  expect(inputTokensMax(callOptionsOf({ prompt: messages } as never, 'p:m'))).toBeGreaterThan(150_000)
})
