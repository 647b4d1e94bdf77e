import { describe, expect, it } from 'vitest'
import { ask, by } from './models.fixture.ts'
import { scriptedModels } from './scripted-models.ts'

const weather = { tools: [{ type: 'function', name: 'weather', inputSchema: {} }] }

describe('M-50: a scripted model', () => {
  it('answers text, data and tool calls, exactly as the script says', async () => {
    const models = scriptedModels({
      fast: ['one', { data: { links: 2 } }, { text: 'so', toolCalls: [{ name: 'weather', input: { city: 'Kiel' } }] }],
    })
    const model = models.resolve('fast')
    const contents = []
    for (let call = 0; call < 3; call += 1) {
      contents.push((await model.call(ask('x', weather), by())).answer['content'])
    }
    expect(contents).toEqual([
      [{ type: 'text', text: 'one' }],
      [{ type: 'text', text: '{"links":2}' }],
      [
        { type: 'text', text: 'so' },
        { type: 'tool-call', toolCallId: 'call-3-1', toolName: 'weather', input: '{"city":"Kiel"}' },
      ],
    ])
  })

  it('plays its list for each attempt from the start, also when attempts overlap', async () => {
    const model = scriptedModels({ fast: ['one', 'two'] }).resolve('fast')
    const texts = await Promise.all(
      ['a@1', 'b@1', 'a@1', 'a@2', 'b@1'].map(async (attempt) => (await model.call(ask('x'), by(attempt))).answer),
    )
    expect(texts.map((answer) => (answer['content'] as { text: string }[])[0]?.text)).toEqual([
      'one',
      'one',
      'two',
      'one',
      'two',
    ])
  })

  it('plays by what an attempt asks first, where the script says when', async () => {
    const models = scriptedModels({ fast: [{ when: 'round 1', text: 'no' }, { when: 'round 2', text: 'yes' }, 'bye'] })
    const said = async (question: string, attempt: string) => {
      const { answer } = await models.resolve('fast').call(ask(question), by(attempt))
      return (answer['content'] as { text: string }[])[0]?.text
    }
    expect(await said('round 2, after round x', 'b@1')).toBe('yes')
    expect(await said('round 1', 'a@1')).toBe('no')
    // What is asked later does not change what is played.
    expect(await said('round 2', 'a@1')).toBe('bye')
    expect(await said('round 9', 'c@1')).toBe('bye')
    expect(models.unplayed()).toEqual([{ model: 'scripted:fast', attempt: 'b@1', count: 1 }])
    await expect(said('', 'a@1')).rejects.toMatchObject({ code: 'MODEL_SCRIPT_DRIFTED' })
  })

  it('counts ten in and ten out unless the script says otherwise, and costs what the table says', async () => {
    const usage = { inputTokens: 900, outputTokens: 50 }
    const prices = { 'scripted:fast': { inputMicros: 1_000_000, outputMicros: 10_000_000 } }
    const model = scriptedModels({ fast: ['one', { text: 'two', usage }] }, { prices }).resolve('fast')
    expect(await model.call(ask('x'), by())).toMatchObject({ inputTokens: 10, outputTokens: 10, costMicros: 110 })
    expect(await model.call(ask('x'), by())).toMatchObject({ ...usage, costMicros: 1_400 })
  })

  it('P14: never uses more than its ceiling, whatever the script claims', () => {
    const usage = { inputTokens: 70_000, outputTokens: 9_000 }
    const model = scriptedModels({ fast: ['one', { text: 'two', usage }] }).resolve('fast')
    expect(model.ceiling(ask('x'))).toEqual({ tokens: 79_000, costMicros: 0 })
  })

  it('drifts on one call more than it has answers, and says at which call', async () => {
    const model = scriptedModels({ fast: ['one'] }).resolve('fast')
    await model.call(ask('x'), by())
    await expect(model.call(ask('x'), by())).rejects.toMatchObject({
      code: 'MODEL_SCRIPT_DRIFTED',
      at: 'scripted:fast, call 2 of run/task@1',
      expected: 'at most 1 calls',
    })
  })

  it('drifts when the last message does not hold what was expected', async () => {
    const model = scriptedModels({ fast: [{ text: 'one', expects: 'Venus' }] }).resolve('fast')
    await expect(model.call(ask('Tell me of Mars'), by())).rejects.toMatchObject({
      code: 'MODEL_SCRIPT_DRIFTED',
      expected: '"Venus" in the last message',
      received: '"Tell me of Mars"',
    })
  })

  it('finds what was expected in the results of tools', async () => {
    const model = scriptedModels({ fast: [{ text: 'one', expects: '"degrees":12' }] }).resolve('fast')
    const output = { type: 'json', value: { degrees: 12 } }
    const content = [{ type: 'tool-result', toolCallId: 'c', toolName: 'weather', output }]
    await expect(model.call({ prompt: [{ role: 'tool', content }] }, by())).resolves.toBeDefined()
  })

  it('drifts when it calls a tool that was not offered', async () => {
    const model = scriptedModels({ fast: [{ toolCalls: [{ name: 'rm', input: {} }] }] }).resolve('fast')
    await expect(model.call(ask('x', weather), by())).rejects.toMatchObject({
      code: 'MODEL_SCRIPT_DRIFTED',
      expected: 'the tool rm to be offered',
      received: 'weather',
    })
  })

  it('tells which answers nobody asked for', async () => {
    const models = scriptedModels({ fast: ['one', 'two'], smart: ['three'], mute: [] })
    await models.resolve('fast').call(ask('x'), by('a@1'))
    expect(models.unplayed()).toEqual([
      { model: 'scripted:fast', attempt: 'a@1', count: 1 },
      { model: 'scripted:smart', count: 1 },
    ])
    await models.resolve('fast').call(ask('x'), by('a@1'))
    await models.resolve('smart').call(ask('x'), by('b@1'))
    expect(models.unplayed()).toEqual([])
  })

  it('is resolved by its name alone or with the provider, and by nothing else', () => {
    const models = scriptedModels({ fast: [] })
    expect(models.resolve('scripted:fast')).toBe(models.resolve('fast'))
    for (const name of ['slow', 'openai:fast', 'scripted:scripted:fast', '', 'toString', '__proto__']) {
      expect(() => models.resolve(name)).toThrow(expect.objectContaining({ code: 'MODEL_UNKNOWN' }) as Error)
    }
  })

  it('answers nothing to a caller that has stopped', async () => {
    const models = scriptedModels({ fast: ['one'] })
    const signal = AbortSignal.abort('stopped')
    await expect(models.resolve('fast').call(ask('x'), by('a@1', { signal }))).rejects.toBe('stopped')
    expect(models.unplayed()).toEqual([{ model: 'scripted:fast', count: 1 }])
  })
})
