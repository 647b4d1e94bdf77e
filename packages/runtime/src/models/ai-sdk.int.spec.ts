import { AttemptModel } from '@bosun/sdk'
import { LLMock, type Fixture } from '@copilotkit/aimock'
import { generateText, isStepCount, Output, streamText, tool } from 'ai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { by, modelsOf } from './models.fixture.ts'

const GEMINI = 'gemini-2.5-flash'
const toolCalls = [{ name: 'weather', arguments: '{"city":"Kiel"}' }]

const fixtures: Fixture[] = [
  { match: { userMessage: 'Weather', hasToolResult: true }, response: { content: 'Twelve degrees' } },
  // The real one ends a call of a tool like any other answer.
  { match: { userMessage: 'Weather', model: GEMINI }, response: { toolCalls, finishReason: 'STOP' } },
  { match: { userMessage: 'Weather' }, response: { toolCalls } },
  { match: { userMessage: 'Data' }, response: { content: '{"city":"Kiel"}' } },
] as never

const server = new LLMock({ port: 0 })
beforeAll(async () => {
  server.addFixtures(fixtures)
  await server.start()
})
afterAll(() => server.stop())

/** The model of an attempt, connected as its host connects it, without the process between. */
function modelOf(name: string) {
  const providers = {
    openai: { kind: 'openai', baseUrl: `${server.url}/v1` },
    anthropic: { kind: 'anthropic', baseUrl: `${server.url}/v1` },
    google: { kind: 'google', baseUrl: `${server.url}/v1beta` },
    local: { kind: 'openai-compatible', baseUrl: `${server.url}/v1` },
  } as const
  const resolved = modelsOf({ providers }).resolve(name)
  return new AttemptModel(
    name,
    async (options, signal, onPart) =>
      (await resolved.call(options, by('run/task@1', { signal, ...(onPart === undefined ? {} : { onPart }) }))).answer,
    () => new AbortController().signal,
  )
}

const weather = tool({
  description: 'The weather.',
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => ({ city, degrees: 12 }),
})

describe.each(['openai:gpt-4o', 'anthropic:claude-sonnet-4-5', `google:${GEMINI}`, 'local:qwen3'])(
  'M-50: the AI SDK drives %s through plain JSON',
  (name) => {
    it('in a loop with tools, whole', async () => {
      const loop = { model: modelOf(name), tools: { weather }, stopWhen: isStepCount(4), prompt: 'Weather' }
      const { text, steps } = await generateText(loop)
      expect(text).toBe('Twelve degrees')
      expect(steps).toHaveLength(2)
    })

    it('in a loop with tools, streamed', async () => {
      const loop = { model: modelOf(name), tools: { weather }, stopWhen: isStepCount(4), prompt: 'Weather' }
      const result = streamText(loop)
      const texts = []
      for await (const part of result.stream) if (part.type === 'text-delta') texts.push(part.text)
      expect(texts.join('')).toBe('Twelve degrees')
      expect(await result.steps).toHaveLength(2)
    })

    it('for data of a schema', async () => {
      const output = Output.object({ schema: z.object({ city: z.string() }) })
      expect((await generateText({ model: modelOf(name), output, prompt: 'Data' })).output).toEqual({ city: 'Kiel' })
    })
  },
)
