import { LLMock, type Fixture } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, by, modelsOf, told } from './models.fixture.ts'

const inputSchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const
const weather = { tools: [{ type: 'function', name: 'weather', description: 'The weather.', inputSchema }] } as const
const usage = { input_tokens: 12, output_tokens: 5, prompt_tokens: 12, completion_tokens: 5 }
const counts = { ...usage, total_tokens: 17, promptTokenCount: 12, candidatesTokenCount: 5, totalTokenCount: 17 }

const fixtures: Fixture[] = [
  { match: { userMessage: 'Greet' }, response: { content: 'Hello, Mars', usage: counts } },
  {
    match: { userMessage: 'Weather' },
    response: { toolCalls: [{ name: 'weather', arguments: '{"city":"Kiel"}' }], usage: counts },
  },
  { match: { userMessage: 'Data' }, response: { content: '{"city":"Kiel"}', usage: counts } },
] as never

const server = new LLMock({ port: 0 })
beforeAll(async () => {
  server.addFixtures(fixtures)
  await server.start()
})
afterAll(() => server.stop())

const models = () =>
  modelsOf({
    providers: {
      openai: { kind: 'openai', baseUrl: `${server.url}/v1` },
      anthropic: { kind: 'anthropic', baseUrl: `${server.url}/v1` },
      google: { kind: 'google', baseUrl: `${server.url}/v1beta` },
      local: { kind: 'openai-compatible', baseUrl: `${server.url}/v1` },
    },
    prices: { 'openai:gpt-4o': { inputMicros: 1_000_000, outputMicros: 2_000_000 } },
  })

describe.each([
  ['openai:gpt-4o', '/v1/responses'],
  ['anthropic:claude-sonnet-4-5', '/v1/messages'],
  ['google:gemini-2.5-flash', '/v1beta/models/gemini-2.5-flash'],
  ['local:qwen3:8b', '/v1/chat/completions'],
])('M-50: over real HTTP, %s', (name, path) => {
  it('answers with text, counted', async () => {
    const model = models().resolve(name)
    expect(model.name).toBe(name)
    const { answer, inputTokens, outputTokens } = await model.call(ask('Greet'), by())
    expect(answer['content']).toMatchObject([{ type: 'text', text: 'Hello, Mars' }])
    expect(answer['finishReason']).toMatchObject({ unified: 'stop' })
    expect({ inputTokens, outputTokens }).toEqual({ inputTokens: 12, outputTokens: 5 })
    expect(server.getLastRequest()?.path).toContain(path)
  })

  it('tells the parts of its answer as they come, and sums them up', async () => {
    const { parts, onPart } = told()
    const { answer, inputTokens, outputTokens } = await models().resolve(name).call(ask('Greet'), by('a', { onPart }))
    const text = parts.map((part) => (part.type === 'text-delta' ? part['delta'] : '')).join('')
    expect(text).toBe('Hello, Mars')
    expect(parts.at(-1)).toMatchObject({ type: 'finish' })
    expect(answer['content']).toMatchObject([{ type: 'text', text: 'Hello, Mars' }])
    expect({ inputTokens, outputTokens }).toEqual({ inputTokens: 12, outputTokens: 5 })
  })

  it.each(['whole', 'streamed'])('calls a tool, %s', async (way) => {
    const how = way === 'whole' ? by() : by('a', told())
    const { answer } = await models().resolve(name).call(ask('Weather', weather), how)
    expect(answer['content']).toMatchObject([{ type: 'tool-call', toolName: 'weather', input: '{"city":"Kiel"}' }])
  })

  it('answers with data of a schema', async () => {
    const options = ask('Data', { responseFormat: { type: 'json', schema: inputSchema, name: 'place' } })
    const { answer } = await models().resolve(name).call(options, by())
    expect(JSON.stringify(answer['content'])).toContain('Kiel')
  })

  it('never uses more than its ceiling says', async () => {
    const model = models().resolve(name)
    const { inputTokens, outputTokens, costMicros } = await model.call(ask('Weather', weather), by())
    const ceiling = model.ceiling(ask('Weather', weather))
    expect(inputTokens + outputTokens).toBeLessThanOrEqual(ceiling.tokens)
    expect(costMicros).toBeLessThanOrEqual(ceiling.costMicros)
  })
})

it('X-03: prices a call by the table of the config, rounded up', async () => {
  const { costMicros } = await models().resolve('openai:gpt-4o').call(ask('Greet'), by())
  expect(costMicros).toBe(12 + 2 * 5)
})
