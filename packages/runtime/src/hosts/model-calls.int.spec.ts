import type { Json, ModelAnswer, ModelOptions, ModelRegistry } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { Redactor } from '../secrets/redactor.ts'
import { assignment } from '../broker/workers-side.fixture.ts'
import asking from './asking-plugin.fixture.ts'
import { hostedSide } from './hosted-side.fixture.ts'

const slice = { tokens: 2_000, costMicros: 0 }
const finish = { finishReason: { unified: 'stop', raw: 'stop' }, warnings: [] }
const usage = { inputTokens: { total: 7 }, outputTokens: { total: 3 } }
const textOf = ({ prompt }: ModelOptions) => JSON.stringify(prompt)

const answer = (content: Json, more: object = {}): ModelAnswer => ({
  answer: { content, ...finish, usage, ...more } as never,
  inputTokens: 7,
  outputTokens: 3,
  costMicros: 0,
})

/** Models that answer by what they are asked; what is slow ends with its signal alone. */
function models() {
  const asked: ModelOptions[] = []
  const signals: AbortSignal[] = []
  const aborted = Promise.withResolvers<void>()
  const registry: ModelRegistry = {
    resolve: (name) => ({
      name: `test:${name}`,
      ceiling: (options) => ({ tokens: 10 + Number(options['maxOutputTokens']), costMicros: 0 }),
      call: async (options, { signal, onPart }) => {
        asked.push(options)
        signals.push(signal)
        const text = textOf(options)
        if (text.includes('slow') || text.includes('held')) {
          await new Promise((_, reject) =>
            signal.addEventListener('abort', () => {
              aborted.resolve()
              reject(signal.reason as Error)
            }),
          )
        }
        if (text.includes('huge')) return answer([{ type: 'text', text: 'x'.repeat(9 * 1024 * 1024) }])
        if (text.includes('a pair')) return answer([{ type: 'text', text: '```json\n{"one":1,"two":"b"}\n```' }])
        if (text.includes('a pebble') && !text.includes('grams')) {
          const call = { type: 'tool-call', toolCallId: 'c1', toolName: 'weigh', input: '{"thing":"a pebble"}' }
          return answer([call], { finishReason: { unified: 'tool-calls', raw: 'tool_use' } })
        }
        for (const delta of ['one ', 'two ', 'three']) onPart?.({ type: 'text-delta', id: '1', delta })
        return answer([{ type: 'text', text: 'one two three' }])
      },
    }),
  }
  return { registry, asked, signals, aborted: aborted.promise }
}

function askingSide(more: object = {}) {
  const provider = models()
  const side = hostedSide({
    plugin: { plugin: asking, file: './asking-plugin.fixture.ts' },
    side: { registry: provider.registry, ...more },
  })
  const run = (worker: string, body: Json = null) => {
    side.queue.enqueue([assignment(worker, { id: worker, body }, { slice })])
    return side.ended(worker)
  }
  const calls = () => side.reports.filter(({ type }) => type === 'modelCalled')
  return { ...side, ...provider, run, calls }
}

describe('a worker in a host and its model', () => {
  it('H6: asks for text and for data of a schema, and each call is told with its usage', async () => {
    await using side = askingSide()
    expect(await side.run('ask-text', 'count')).toMatchObject({
      type: 'result',
      result: 'one two three',
      usage: { tokens: 10, costMicros: 0 },
    })
    expect(await side.run('ask-data')).toMatchObject({ result: { one: 1, two: 'b' } })
    expect(side.asked[1]).toMatchObject({ responseFormat: { type: 'json', schema: { type: 'object' } } })
    expect(side.calls()).toMatchObject([
      { task: 'ask-text', model: 'test:fast', inputTokens: 7, outputTokens: 3 },
      { task: 'ask-data', model: 'test:fast', inputTokens: 7, outputTokens: 3 },
    ])
  })

  it('M-06: the model is a language model of the AI SDK: a loop with tools over it', async () => {
    await using side = askingSide()
    expect(await side.run('ask-with-ai', 'What weighs a pebble?')).toMatchObject({
      result: { text: 'one two three', seen: ['a pebble'], steps: 2 },
      usage: { tokens: 20 },
    })
  })

  it('M-06: a stream arrives in parts, as they come', async () => {
    await using side = askingSide()
    expect(await side.run('ask-stream', 'count')).toMatchObject({ result: ['one ', 'two ', 'three'] })
    expect(side.seenBeats).toContainEqual(expect.objectContaining({ type: 'progress', note: 'two ' }))
  })

  it('M-53: a worker that hangs up takes its question off the wire', async () => {
    await using side = askingSide()
    expect(await side.run('ask-and-hang-up')).toMatchObject({
      result: ['AbortError', 'one two three'],
    })
    await side.aborted
    expect(side.calls()).toMatchObject([{ error: { code: 'MODEL_FAILED' } }, { inputTokens: 7 }])
  })

  it('M-53: stopping an attempt takes its question off the wire and refuses the next', async () => {
    await using side = askingSide()
    side.queue.enqueue([assignment('ask-text', { id: 'a', body: 'slow' }, { slice })])
    await side.until(() => side.asked.length > 0 || undefined)
    side.queue.cancel([{ run: 'r', task: 'a', epoch: 1 }])
    await side.aborted
    expect(await side.ended('a')).toMatchObject({ type: 'error', error: { code: 'ATTEMPT_DEAD' } })
    expect(side.calls()).toMatchObject([{ task: 'a', error: { code: 'ATTEMPT_DEAD' } }])
  })

  it('X-03: a question that nobody waits for ends with its attempt, before the result, and counts', async () => {
    await using side = askingSide()
    const report = await side.run('ask-and-leave')
    expect(report).toMatchObject({ type: 'result', usage: { tokens: 2_000 } })
    expect(side.reports.indexOf(report)).toBe(side.reports.indexOf(side.calls()[0] as never) + 1)
  })

  it('X-03: an attempt whose host died is lost with what it had used, the question on the wire included', async () => {
    await using side = askingSide()
    expect(await side.run('ask-and-die')).toMatchObject({
      type: 'lost',
      error: { code: 'HOST_DIED' },
      usage: { tokens: 2_000 },
    })
    await side.aborted
    expect(side.calls()).toMatchObject([{ inputTokens: 7, outputTokens: 3 }, { error: { code: 'ATTEMPT_DEAD' } }])
  })

  it('P14: questions in parallel from a host fit the slice together, and the others are refused', async () => {
    await using side = askingSide()
    const { result } = (await side.run('ask-much')) as unknown as { result: string[] }
    // Each may use 310 of 2,000 tokens.
    expect(result.toSorted()).toEqual([
      'BUDGET_EXCEEDED',
      'BUDGET_EXCEEDED',
      ...Array.from({ length: 6 }, () => 'answered'),
    ])
  })

  it('MODEL_MISSING: a worker without a model is refused', async () => {
    await using side = askingSide()
    expect(await side.run('ask-without')).toMatchObject({ type: 'error', error: { code: 'MODEL_MISSING' } })
    expect(side.asked).toEqual([])
  })

  it('H23: an answer above the bound of a message is refused, and the host lives on', async () => {
    await using side = askingSide()
    expect(await side.run('ask-text', 'huge')).toMatchObject({ type: 'error', error: { code: 'MODEL_FAILED' } })
    side.queue.enqueue([assignment('ask-text', { id: 'next', body: 'count' }, { slice })])
    expect(await side.ended('next')).toMatchObject({ result: 'one two three' })
    expect(side.started).toHaveLength(1)
  })

  it('H6: forged questions are held against their host, and none of another attempt reaches a model', async () => {
    await using side = askingSide()
    expect(await side.run('forge-questions')).toMatchObject({ type: 'result', result: 'honest' })
    expect(side.asked).toMatchObject([{ prompt: 'held' }])
    expect(side.calls()).toMatchObject([{ task: 'forge-questions', error: { code: 'ATTEMPT_DEAD' } }])
    expect(side.reports.filter(({ type }) => type === 'violation')).toHaveLength(6)
  })

  it.each(['claim', 'claim-past-the-program'])(
    'P13, H6: codes of the broker are believed only of what the broker refused: %s',
    async (worker) => {
      await using side = askingSide()
      for (const code of ['MODEL_QUOTA_SPENT', 'BUDGET_EXCEEDED', 'TOOL_DENIED']) {
        const id = `${worker}-${code}`
        side.queue.enqueue([assignment(worker, { id, body: code }, { slice })])
        // oxlint-disable-next-line no-await-in-loop
        expect(await side.ended(id)).toMatchObject({ type: 'error', error: { code: 'WORKER_THREW' } })
      }
    },
  )

  it('P13: an attempt that a provider refused for its quota fails with that code', async () => {
    const { BosunError } = await import('@bosun/core')
    const spent = {
      ...models().registry.resolve('fast'),
      call: () => Promise.reject(new BosunError('MODEL_QUOTA_SPENT')),
    }
    await using side = askingSide({ registry: { resolve: () => spent } })
    expect(await side.run('ask-text', 'x')).toMatchObject({ type: 'error', error: { code: 'MODEL_QUOTA_SPENT' } })
  })

  it('H10: neither what a model is asked nor what it answers holds a secret', async () => {
    const redactor = Redactor.of(
      new Map([
        ['A', 'canary-of-prompt'],
        ['B', 'one two three'],
      ]),
    ) as Redactor
    await using side = askingSide({ redactor })
    expect(await side.run('ask-text', 'the key is canary-of-prompt')).toMatchObject({ result: '[redacted]' })
    expect(textOf(side.asked[0] as ModelOptions)).toContain('the key is [redacted]')
  })
})
