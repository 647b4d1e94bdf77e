import { BosunError, type Json } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../run/manual-clock.fixture.ts'
import { chatAnswer, chatParts, events, fakeProvider, json } from './fake-provider.fixture.ts'
import { ask, by, modelsOf, told } from './models.fixture.ts'
import type { ModelsConfigInput } from './provider-config.ts'

const PROTOCOLS = [
  ['openai', 'gpt-4o'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['google', 'gemini-2.5-flash'],
  ['openai-compatible', 'qwen3'],
] as const

type Kind = (typeof PROTOCOLS)[number][0]

const NO_TRIES = { triesMax: 1 }

const modelAt = (url: string, kind: Kind = 'openai-compatible', more: object = {}, test: object = {}) =>
  modelsOf(
    { providers: { p: { kind, baseUrl: url, keyFrom: 'KEY', ...more } as never } },
    {
      env: { KEY: 'key-p' },
      ...test,
    },
  ).resolve('p:m')

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'nothing failed',
    (thrown: unknown) => thrown,
  )

const failure = async (promise: Promise<unknown>): Promise<BosunError> => {
  const error = await failureOf(promise)
  if (BosunError.is(error)) return error
  throw error
}

describe.each(PROTOCOLS)('M-50: over a real socket, %s', (kind) => {
  it('tells a refusal for good by what the server said, without the key that it repeats', async () => {
    await using server = await fakeProvider((response) =>
      json(response, 401, { error: { type: 'auth', code: 'x', message: 'key-p is wrong', status: 'X', param: null } }),
    )
    const error = await failure(modelAt(server.url, kind).call(ask('x'), by()))
    expect(error).toMatchObject({ code: 'MODEL_REFUSED', at: 'p:m' })
    expect(error.received).toMatch(/^401 .*\[key\] is wrong/)
    expect(JSON.stringify(error) + String(error.stack)).not.toContain('key-p')
    expect(server.seen).toHaveLength(1)
  })

  it.each([500, 503, 529])('tries %d again, and gives up by name when nothing helps', async (status) => {
    await using server = await fakeProvider((response) => json(response, status, 'oops', { 'retry-after-ms': '1' }))
    const error = await failure(modelAt(server.url, kind, { triesMax: 2 }).call(ask('x'), by()))
    expect(error.code).toBe('MODEL_FAILED')
    expect(error.received).toContain(String(status))
    expect(server.seen).toHaveLength(2)
  })

  it('fails by name on an answer that is no JSON, and on one that is something else', async () => {
    for (const body of ['{"id": "x", "cho', '{}', '[]', '"text"', '{"__proto__": {"polluted": 1}}']) {
      await using server = await fakeProvider((response) => json(response, 200, body))
      expect(await failure(modelAt(server.url, kind).call(ask('x'), by()))).toMatchObject({ code: 'MODEL_FAILED' })
      expect(server.seen).toHaveLength(1)
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('fails by name on a stream that is no JSON, or ends before its answer', async () => {
    for (const text of ['data: {"id": \n\n', 'data: [DONE]\n\n', '', 'garbage', 'event: x\n\n']) {
      await using server = await fakeProvider((response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.end(text)
      })
      const { parts, onPart } = told()
      const error = await failure(modelAt(server.url, kind, NO_TRIES).call(ask('x'), by('a', { onPart })))
      expect(error).toMatchObject({ code: 'MODEL_FAILED' })
      expect(parts).toEqual([])
    }
  })

  it.each(['whole', 'streamed'])('closes the connection when the caller stops, %s', async (way) => {
    await using server = await fakeProvider(() => undefined)
    const stopped = new AbortController()
    const how = { ...by('a', way === 'whole' ? {} : told()), signal: stopped.signal }
    const call = failureOf(modelAt(server.url, kind).call(ask('x'), how))
    const request = await server.arrived(0)
    stopped.abort('revoked')
    expect(await call).toBe('revoked')
    await request.cut
    expect(server.seen).toHaveLength(1)
  })

  it('closes the connection when the caller stops in the midst of an answer', async () => {
    await using server = await fakeProvider((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: ')
    })
    const stopped = new AbortController()
    const how = { ...by('a', told()), signal: stopped.signal }
    const call = failureOf(modelAt(server.url, kind).call(ask('x'), how))
    const request = await server.arrived(0)
    setImmediate(() => stopped.abort('revoked'))
    expect(await call).toBe('revoked')
    await request.cut
  })

  it('gives up on a server that hangs after the time of the config', async () => {
    await using server = await fakeProvider(() => undefined)
    const clock = new ManualClock()
    const lost: string[] = []
    const how = by('a', { onLost: () => void lost.push('lost') })
    const call = failure(modelAt(server.url, kind, { ...NO_TRIES, timeoutMs: 5_000 }, { clock }).call(ask('x'), how))
    const request = await server.arrived(0)
    await clock.advance(5_000)
    await request.cut
    expect(await call).toMatchObject({ code: 'MODEL_FAILED', received: 'no answer within 5000 ms' })
    expect(lost).toEqual(['lost'])
  })

  it('follows no redirect, which would carry the key along', async () => {
    await using elsewhere = await fakeProvider((response) => json(response, 200, chatAnswer('x')))
    await using server = await fakeProvider((response) => {
      response.writeHead(307, { location: `${elsewhere.url}/steal` })
      response.end()
    })
    expect(await failure(modelAt(server.url, kind).call(ask('x'), by()))).toMatchObject({ code: 'MODEL_REFUSED' })
    expect(elsewhere.seen).toHaveLength(0)
  })

  it('P14: never asks for a longer answer than the caller was counted for', async () => {
    await using server = await fakeProvider((response) => json(response, 400, 'enough'))
    const thinking = ask('x', { reasoning: 'high', maxOutputTokens: 50 })
    await failure(modelAt(server.url, kind).call(thinking, by()))
    await failure(modelAt(server.url, kind).call({ prompt: thinking['prompt'] as Json }, by()))
    const bounds = server.seen.map(({ body }) => {
      const { generationConfig } = body as { generationConfig?: { maxOutputTokens: number } }
      return body['max_output_tokens'] ?? body['max_tokens'] ?? generationConfig?.maxOutputTokens
    })
    expect(bounds).toEqual([50, 4_096])
  })

  it('passes an image on byte by byte', async () => {
    await using server = await fakeProvider((response) => json(response, 400, 'enough'))
    const data = Buffer.from([137, 80, 78, 71, 0, 255]).toString('base64')
    const image = { type: 'file', mediaType: 'image/png', data: { type: 'data', data } }
    await failure(modelAt(server.url, kind).call({ prompt: [{ role: 'user', content: [image] }] }, by()))
    expect(JSON.stringify(server.seen[0]?.body)).toContain(data)
  })
})

describe('M-50: over a real socket', () => {
  it('a stream that is cut before its first part is asked for again', async () => {
    await using server = await fakeProvider((response, index) => {
      if (index > 0) return void (events(response, chatParts('Hello')), response.end('data: [DONE]\n\n'))
      events(response, [])
      response.flushHeaders()
      setImmediate(() => response.destroy())
    })
    const { parts, onPart } = told()
    const { answer } = await modelAt(server.url).call(ask('x'), by('a', { onPart }))
    expect(answer['content']).toMatchObject([{ type: 'text', text: 'Hello' }])
    expect(parts.filter(({ type }) => type === 'stream-start')).toHaveLength(1)
    expect(server.seen).toHaveLength(2)
  })

  it.each(['a broken connection', 'an end without an end'])(
    'a stream that is cut after its first part fails, by %s',
    async (way) => {
      await using server = await fakeProvider((response) => {
        events(response, chatParts('Hello').slice(0, 1))
        if (way === 'a broken connection') setImmediate(() => response.destroy())
        else response.end()
      })
      const { parts, onPart } = told()
      const error = await failure(modelAt(server.url).call(ask('x'), by('a', { onPart })))
      expect(error.code).toBe('MODEL_FAILED')
      expect(parts.map(({ type }) => type)).not.toContain('finish')
      expect(server.seen).toHaveLength(1)
    },
  )

  it('an error inside a stream is read as the answer that it stands for', async () => {
    const said = {
      error: { message: 'You have no credit left', type: 'insufficient_quota', code: 'insufficient_quota' },
    }
    await using server = await fakeProvider((response) => {
      events(response, [said])
      response.end()
    })
    const error = await failure(modelAt(server.url).call(ask('x'), by('a', told())))
    expect(error).toMatchObject({ code: 'MODEL_QUOTA_SPENT' })
    expect(error.received).toContain('You have no credit left')
  })

  it('a body that breaks off is asked for again', async () => {
    await using server = await fakeProvider((response, index) => {
      if (index > 0) return json(response, 200, chatAnswer('Hello'))
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
      response.write('{"id":')
      setImmediate(() => response.destroy())
    })
    const steps: string[] = []
    const how = { onLost: () => void steps.push('lost'), onAgain: () => void steps.push('again') }
    await modelAt(server.url).call(ask('x'), by('a', how))
    expect(server.seen).toHaveLength(2)
    expect(steps).toEqual(['again', 'lost', 'again'])
  })

  it.each([
    ['an answer that is no JSON', 200, ['lost']],
    ['a refusal', 500, []],
    ['nobody there', 0, []],
  ])('X-03: %s is told as what may have cost something, or not (bug: free tries)', async (_, status, expected) => {
    const server = await fakeProvider((response) => json(response, status, 'no'))
    if (status === 0) await server[Symbol.asyncDispose]()
    const lost: string[] = []
    const how = { onLost: () => void lost.push('lost') }
    await failure(modelAt(server.url, 'openai-compatible', NO_TRIES).call(ask('x'), by('a', how)))
    expect(lost).toEqual(expected)
    if (status !== 0) await server[Symbol.asyncDispose]()
  })

  it('H23: an answer without end is cut off', async () => {
    await using server = await fakeProvider((response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const chunk = Buffer.alloc(1024 * 1024, ' ')
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', more)
      more()
    })
    const error = await failure(modelAt(server.url).call(ask('x'), by()))
    expect(error).toMatchObject({ code: 'MODEL_FAILED', received: 'an answer of more than 33554432 bytes' })
    await server.seen[0]?.cut
  })

  it('a server that is not there is tried again, and named', async () => {
    const server = await fakeProvider(() => undefined)
    await server[Symbol.asyncDispose]()
    const error = await failure(modelAt(server.url, 'openai-compatible', { triesMax: 2 }).call(ask('x'), by()))
    expect(error).toMatchObject({ code: 'MODEL_FAILED', at: 'p:m' })
    expect(error.received).toContain('ECONNREFUSED')
  })

  it('a call that its provider would finish with another one is stopped after the first', async () => {
    const candidate = { content: { role: 'model', parts: [{ text: 'Half' }] }, finishReason: 'CONTINUATION' }
    const half = { candidates: [{ ...candidate, continuationToken: 'more' }] }
    await using server = await fakeProvider((response) => json(response, 200, half))
    const error = await failure(modelAt(server.url, 'google').call(ask('x'), by()))
    expect(error.code).toBe('MODEL_FAILED')
    expect(server.seen).toHaveLength(1)
  })

  it('a provider that would keep the conversation is told not to', async () => {
    await using server = await fakeProvider((response) => json(response, 400, 'enough'))
    await failure(modelAt(server.url, 'openai').call(ask('x'), by()))
    expect(server.seen[0]?.body['store']).toBe(false)
  })

  it('a schema reaches the provider as it is', async () => {
    await using server = await fakeProvider((response) => json(response, 200, chatAnswer('{"city":"Kiel"}')))
    const schema = { type: 'object', properties: { city: { type: 'string' } } }
    await modelAt(server.url).call(ask('x', { responseFormat: { type: 'json', schema, name: 'place' } }), by())
    expect(server.seen[0]?.body['response_format']).toMatchObject({ type: 'json_schema', json_schema: { schema } })
  })

  it('a provider that does not count is counted at the most that it can have used', async () => {
    const unsaid = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
    const unlikely = { prompt_tokens: 2 ** 52, completion_tokens: 2 ** 52, total_tokens: 2 ** 53 }
    for (const usage of [undefined, unsaid, unlikely]) {
      const whole = { ...chatAnswer('Hello'), usage }
      await using server = await fakeProvider((response) => json(response, 200, whole))
      const model = modelAt(server.url)
      const { inputTokens, outputTokens } = await model.call(ask('What is Mars?'), by())
      expect(inputTokens).toBe(model.ceiling(ask('What is Mars?')).tokens - 100)
      expect(outputTokens).toBe(100)
    }
  })

  it('M-20: two models and two keys never mix, whatever overlaps', async () => {
    await using one = await fakeProvider((response) => json(response, 200, chatAnswer('one')))
    await using two = await fakeProvider((response) => json(response, 200, chatAnswer('two')))
    const kind = 'openai-compatible'
    const config: ModelsConfigInput = {
      models: { fast: 'one:small', smart: 'two:large' },
      providers: {
        one: { kind, baseUrl: one.url, keyFrom: 'ONE' },
        two: { kind, baseUrl: two.url, keyFrom: 'TWO' },
      },
    }
    const models = modelsOf(config, { env: { ONE: 'key-1', TWO: 'key-2' } })
    const names = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'fast' : 'smart'))
    const answers = await Promise.all(names.map((name) => models.resolve(name).call(ask(name), by())))
    for (const [index, { answer: got }] of answers.entries()) {
      expect(got['content']).toMatchObject([{ text: index % 2 === 0 ? 'one' : 'two' }])
    }
    const sent = (server: typeof one) => [
      ...new Set(server.seen.map(({ headers, body }) => `${headers.authorization} ${String(body['model'])}`)),
    ]
    expect(sent(one)).toEqual(['Bearer key-1 small'])
    expect(sent(two)).toEqual(['Bearer key-2 large'])
    expect(JSON.stringify(one.seen)).not.toContain('smart')
  })
})
