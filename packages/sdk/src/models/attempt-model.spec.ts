import { BosunError, type Json, type ModelOptions } from '@bosun/core'
import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { generateText, streamText } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AttemptModel, type AskModel } from './attempt-model.ts'

const finish = { finishReason: { unified: 'stop', raw: 'stop' }, warnings: [] }
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } }
const saying = (text: string, more: object = {}): Json =>
  ({ content: [{ type: 'text', text }], ...finish, usage, ...more }) as never
const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'x' }] }]

/** A model whose questions are kept and answered by a function. */
function modelOf(answer: AskModel) {
  const asked: ModelOptions[] = []
  const stop = new AbortController()
  const ask: AskModel = (options, signal, onPart) => {
    asked.push(options)
    return answer(options, signal, onPart)
  }
  return { model: new AttemptModel('fast', ask, () => stop.signal), asked, stop }
}

/** Waits for its signal, and fails with the reason of it. */
const hanging: AskModel = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

const file = (data: Uint8Array) => ({
  type: 'file' as const,
  mediaType: 'image/png',
  data: { type: 'data' as const, data },
})

async function partsOf(stream: ReadableStream<LanguageModelV4StreamPart>): Promise<LanguageModelV4StreamPart[]> {
  const parts: LanguageModelV4StreamPart[] = []
  for await (const part of stream) parts.push(part)
  return parts
}

describe('AttemptModel', () => {
  it('asks for text, and leaves the length of the answer to whoever knows what is left', async () => {
    const { model, asked } = modelOf(() => Promise.resolve(saying('hello')))
    expect(await model.generate({ prompt: 'greet', instructions: 'be kind', temperature: 0.5 })).toBe('hello')
    await model.generate({ prompt: 'greet', outputTokensMax: 7 })
    expect(asked[0]).toEqual({
      prompt: [
        { role: 'system', content: 'be kind' },
        { role: 'user', content: [{ type: 'text', text: 'greet' }] },
      ],
      temperature: 0.5,
    })
    expect(asked[1]).toMatchObject({ maxOutputTokens: 7 })
  })

  it.each([
    ['bare', '{"n":1}'],
    ['in a fence', '```json\n{"n":1}\n```'],
  ])('asks for data of a schema, which may come %s', async (_, text) => {
    const { model, asked } = modelOf(() => Promise.resolve(saying(text)))
    expect(await model.generate({ prompt: 'count', schema: z.object({ n: z.number() }) })).toEqual({ n: 1 })
    expect(asked[0]).toMatchObject({ responseFormat: { type: 'json', schema: { required: ['n'] } } })
  })

  it.each(['{"n":"one"}', 'one', ''])('refuses the answer %j, which does not fit the schema', async (text) => {
    const { model } = modelOf(() => Promise.resolve(saying(text)))
    const asked = model.generate({ prompt: 'count', schema: z.object({ n: z.number() }) })
    await expect(asked).rejects.toMatchObject({ code: 'MODEL_ANSWER_INVALID' })
  })

  it('H13: an answer cannot reach a prototype', async () => {
    const { model } = modelOf(() => Promise.resolve(saying('{"__proto__":{"evil":1},"n":1}')))
    const data = await model.generate({ prompt: 'count', schema: z.looseObject({ n: z.number() }) })
    expect(Object.hasOwn(data, '__proto__')).toBe(false)
    expect((data as { evil?: number }).evil).toBeUndefined()
  })

  it('M-06: is a language model of the AI SDK', async () => {
    const { model } = modelOf(() =>
      Promise.resolve(saying('hello', { response: { timestamp: '2026-01-01T00:00:00.000Z' } })),
    )
    const { text, response } = await generateText({ model, prompt: 'greet' })
    expect([text, response.timestamp]).toEqual(['hello', new Date('2026-01-01T00:00:00.000Z')])
  })

  it('M-06: tells parts as they come, and a whole answer as the stream it would have been', async () => {
    const parts = ['he', 'llo'].map((delta) => ({ type: 'text-delta', id: '1', delta }))
    const streaming = modelOf((_, __, onPart) => {
      for (const part of parts) onPart?.(part)
      return Promise.resolve(saying('hello'))
    })
    expect(await partsOf((await streaming.model.doStream({ prompt })).stream)).toEqual(parts)
    const whole = modelOf(() => Promise.resolve(saying('hello')))
    const { textStream } = streamText({ model: whole.model, prompt: 'greet' })
    expect(await Array.fromAsync(textStream)).toEqual(['hello'])
  })

  it('a refusal fails the stream', async () => {
    const { model } = modelOf(() => Promise.reject(new BosunError('BUDGET_EXCEEDED')))
    const { stream } = await model.doStream({ prompt })
    await expect(partsOf(stream)).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
  })

  it('M-53: stopping the attempt ends what is asked, and so does the signal of the caller', async () => {
    const stopped = modelOf(hanging)
    const asked = stopped.model.generate({ prompt: 'wait' })
    stopped.stop.abort(new BosunError('ATTEMPT_DEAD'))
    await expect(asked).rejects.toMatchObject({ code: 'ATTEMPT_DEAD' })
    const own = new AbortController()
    const hungUp = modelOf(hanging).model.doGenerate({ prompt, abortSignal: own.signal })
    own.abort(new Error('enough'))
    await expect(hungUp).rejects.toThrow('enough')
  })

  it('M-53: whoever stops reading a stream hangs up, and parts that still come harm nobody', async () => {
    const signals: AbortSignal[] = []
    const tell = Promise.withResolvers<(part: Json) => void>()
    const { model } = modelOf((options, signal, onPart) => {
      signals.push(signal)
      tell.resolve(onPart as (part: Json) => void)
      return hanging(options, signal, onPart)
    })
    const { stream } = await model.doStream({ prompt })
    const late = await tell.promise
    await stream.cancel('enough')
    expect(signals[0]?.aborted).toBe(true)
    expect(() => late({ type: 'text-delta', id: '1', delta: 'late' })).not.toThrow()
  })

  it('sends bytes as base64 text, and nothing that JSON cannot carry', async () => {
    const { model, asked } = modelOf(() => Promise.resolve(saying('seen')))
    const content = [file(new Uint8Array([1, 2])), file(Buffer.from([1, 2]))]
    await model.doGenerate({ prompt: [{ role: 'user', content }], headers: { authorization: 'mine' } })
    expect(JSON.stringify(asked[0]).match(/AQI=/g)).toHaveLength(2)
    expect(asked[0]).not.toHaveProperty('headers')
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    const refused = model.doGenerate({ prompt, providerOptions: { test: cyclic as never } })
    await expect(refused).rejects.toMatchObject({ code: 'MODEL_CALL_INVALID' })
  })
})
