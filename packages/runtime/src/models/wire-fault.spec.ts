import { APICallError, InvalidPromptError } from '@ai-sdk/provider'
import { BosunError } from '@bosun/core'
import { expect, it } from 'vitest'
import { wireFaultOf } from './wire-fault.ts'

const NOW = Date.parse('2026-11-20T10:00:00Z')
const place = { at: 'p:m', key: 'key-p', date: NOW }

const answered = (statusCode: number, responseBody = '', responseHeaders: Record<string, string> = {}) =>
  new APICallError({
    message: 'said',
    url: 'http://p',
    requestBodyValues: {},
    statusCode,
    responseBody,
    responseHeaders,
  })
const network = (code: string) => Object.assign(new Error(code), { code })

const quota = '{"error": {"code": "insufficient_quota"}}'
const google = '{"error": {"details": [{"retryDelay": "34s"}]}}'

it.each([
  ['too many requests', answered(429), 'rate', 'MODEL_FAILED', undefined],
  ['a rest in seconds', answered(429, '', { 'retry-after': '20' }), 'rate', 'MODEL_FAILED', 20_000],
  [
    'a rest until a date',
    answered(429, '', { 'retry-after': 'Fri, 20 Nov 2026 10:01:00 GMT' }),
    'rate',
    'MODEL_FAILED',
    60_000,
  ],
  ['a rest that Google names', answered(429, google), 'rate', 'MODEL_FAILED', 34_000],
  ['a spent quota under the status of a rate limit', answered(429, quota), 'spent', 'MODEL_FAILED', undefined],
  ['a bill', answered(402), 'spent', 'MODEL_FAILED', undefined],
  ['no credit', answered(400, 'Your credit balance is too low'), 'spent', 'MODEL_FAILED', undefined],
  ['an overload', answered(529, '', { 'retry-after': '2' }), 'again', 'MODEL_FAILED', 2_000],
  ['a request that timed out', answered(408), 'again', 'MODEL_FAILED', undefined],
  ['a name service out of order', network('EAI_AGAIN'), 'again', 'MODEL_FAILED', undefined],
  ['a name that does not exist', network('ENOTFOUND'), 'final', 'MODEL_FAILED', undefined],
  ['a wrong key', answered(401), 'final', 'MODEL_REFUSED', undefined],
  ['a wrong model', answered(404), 'final', 'MODEL_REFUSED', undefined],
  ['a wrong prompt', new InvalidPromptError({ prompt: [], message: 'no' }), 'final', 'MODEL_CALL_INVALID', undefined],
  ['an answer that makes no sense', answered(200, '{'), 'final', 'MODEL_FAILED', undefined],
  ['an error in a stream', { type: 'error', message: 'busy', code: 429 }, 'rate', 'MODEL_FAILED', undefined],
  ['a text', 'nonsense', 'final', 'MODEL_FAILED', undefined],
  ['nothing', undefined, 'final', 'MODEL_FAILED', undefined],
])('M-50: reads %s', (_, thrown, kind, code, retryAfterMs) => {
  const fault = wireFaultOf(thrown, place)
  expect({ kind: fault.kind, code: fault.error.code, retryAfterMs: fault.retryAfterMs }).toEqual({
    kind,
    code,
    retryAfterMs,
  })
})

it('finds an error of ours, however it was wrapped', () => {
  const own = new BosunError('MODEL_FAILED')
  expect(wireFaultOf(new Error('outer', { cause: new Error('inner', { cause: own }) }), place).error).toBe(own)
})

it('H10: quotes a server shortly, on one line, and never with the key', () => {
  const { error } = wireFaultOf(answered(401, `no\nkey-p ${'x'.repeat(2_000)}`), place)
  expect(error.received).toMatch(/^401 said no \[key\] x+ …$/)
  expect(error.received?.length).toBeLessThan(510)
})
