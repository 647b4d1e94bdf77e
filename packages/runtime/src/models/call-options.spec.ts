import type { ModelOptions } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { callOptionsOf } from './call-options.ts'
import { ask } from './models.fixture.ts'

const user = (part: object): ModelOptions => ({ prompt: [{ role: 'user', content: [part] }] }) as never
const image = (data: object, mediaType = 'image/png') => user({ type: 'file', mediaType, data })

describe('what a worker asks a model', () => {
  it('has a longest answer, also when nobody states one', () => {
    const prompt = ask('x')['prompt'] as never
    expect(callOptionsOf({ prompt }, 'p:m').maxOutputTokens).toBe(4_096)
    expect(callOptionsOf(ask('x'), 'p:m').maxOutputTokens).toBe(100)
  })

  it.each<[string, ModelOptions, string]>([
    ['headers of its own', ask('x', { headers: { authorization: 'Bearer mine' } }), 'headers'],
    ['an answer without bound', ask('x', { maxOutputTokens: 0 }), 'maxOutputTokens'],
    ['a tool that the provider runs', ask('x', { tools: [{ type: 'provider', id: 'openai.web_search' }] }), 'tools[0]'],
    ['an MCP server', ask('x', { providerOptions: { anthropic: { mcpServers: [] } } }), 'providerOptions'],
    ['a kept conversation', ask('x', { providerOptions: { openai: { previousResponseId: 'r' } } }), 'providerOptions'],
    ['keeping a conversation', ask('x', { providerOptions: { openai: { store: true } } }), 'providerOptions'],
    ['a raw field of the body', ask('x', { providerOptions: { local: { max_tokens: 1_000_000 } } }), 'providerOptions'],
    ['a file by address', image({ type: 'url', url: 'http://10.0.0.1/' }), 'data'],
    ['a file of the provider', image({ type: 'reference', reference: { openai: 'file-1' } }), 'data'],
    ['a file whose tokens nobody can bound', image({ type: 'data', data: 'AAAA' }, 'application/pdf'), 'mediaType'],
    ['bytes that are no base64', image({ type: 'data', data: '%%' }), 'data'],
    ['no messages', { prompt: [] }, 'prompt'],
    ['no prompt', {}, 'prompt'],
    ['a message of nobody', { prompt: [{ role: 'root', content: 'x' }] }, 'prompt[0]'],
    ['a call by the provider', user({ type: 'tool-call', toolCallId: 'c', toolName: 't', input: {} }), 'content[0]'],
  ])('is refused with %s', (_, options, path) => {
    expect(() => callOptionsOf(options, 'p:m')).toThrow(
      expect.objectContaining({
        code: 'MODEL_CALL_INVALID',
        at: 'p:m',
        received: expect.stringContaining(path) as string,
      }) as Error,
    )
  })

  it('may tune how a provider thinks and caches', () => {
    const providerOptions = { openai: { reasoningEffort: 'low' }, anthropic: { cacheControl: { type: 'ephemeral' } } }
    expect(callOptionsOf(ask('x', { providerOptions }), 'p:m').providerOptions).toEqual(providerOptions)
  })
})
