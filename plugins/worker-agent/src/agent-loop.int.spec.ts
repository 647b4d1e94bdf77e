import { defineTool, files, type AnyToolHandler } from '@bosun/sdk'
import { task } from 'bosun'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { carryOut, models, textOf, type Asked, type Said } from './agent-world.fixture.ts'
import { defineAgentWorker } from './define-agent-worker.ts'

const read = defineTool(files.read, ({ path }) => ({
  text: `the text of ${path}`,
  bytes: 1,
  truncated: false,
})) as AnyToolHandler

const reader = (more: object = {}) =>
  defineAgentWorker({
    name: 'reader',
    handles: 'read',
    summary: 'Reads what it is told to.',
    model: 'fast',
    instructions: 'You are a reader.',
    body: z.strictObject({ about: z.string() }),
    result: z.strictObject({ count: z.int() }),
    tools: { read: files.read('src/**') },
    ...more,
  })

const one = [task('read', { about: 'a' }, { id: 'a', purpose: 'Know.' })]
const run = (say: (asked: Asked) => Said | Promise<Said>, more: object = {}) => {
  const asked = models(say)
  return carryOut({ workers: [reader(more)], tools: [read], models: asked, tasks: one }).then((end) => ({
    ...end,
    asked: asked.asked,
  }))
}
const wants = (...paths: readonly string[]): Said => ({
  calls: paths.map((path) => ({ name: 'read', input: { path } })),
})
const readsOnce = ({ index }: Asked): Said => (index === 1 ? { data: { count: 1 } } : wants('src/a'))
const lastOf = ({ prompt }: Asked) => JSON.stringify(prompt.at(-1))

describe('an agent', () => {
  it('M-23: calls the tools it has, as its model sees them, and returns a result of its schema', async () => {
    const { results, asked } = await run(({ index }) => (index === 0 ? wants('src/a.ts') : { data: { count: 1 } }))
    expect(results).toEqual({ a: { count: 1 } })
    expect(asked[0]?.tools).toMatchObject([
      {
        name: 'read',
        description: 'Reads a file. Reaches: src/**',
        inputSchema: { type: 'object', required: ['path'], properties: { path: { type: 'string' } } },
      },
    ])
    expect(asked[0]?.responseFormat).toMatchObject({ type: 'json', schema: { required: ['count'] } })
    expect(lastOf(asked[1] as Asked)).toContain('the text of src/a.ts')
  })

  it('M-07: a denied call goes to the model with its reason, is recorded, and ends nothing', async () => {
    const { results, asked, of } = await run(({ index }) =>
      index === 0 ? wants('secret.txt') : { data: { count: 0 } },
    )
    expect(results).toEqual({ a: { count: 0 } })
    expect(of('tool.denied')).toMatchObject([{ task: 'a', tool: 'read' }])
    expect(lastOf(asked[1] as Asked)).toMatch(/error-text.*TOOL_DENIED.*files\.read\(src\/\*\*\)/)
  })

  it.each(['files.write', 'delegate', 'start_task', '__proto__', 'constructor', 'toString', 'a name of 5,000 letters'])(
    'M-24: a call of a tool that it does not hold is denied at the gateway and recorded: %s',
    async (said) => {
      const name = said.startsWith('a name') ? 'x'.repeat(5_000) : said
      const { results, of, asked } = await run(({ index }) =>
        index === 0 ? { calls: [{ name, input: {} }] } : { data: { count: 0 } },
      )
      expect(results).toEqual({ a: { count: 0 } })
      expect(of('tool.denied')).toMatchObject([{ task: 'a', rule: 'default deny' }])
      expect(lastOf(asked[1] as Asked)).toContain('TOOL_DENIED')
    },
  )

  it('H8: an agent without tools that is told to call one is denied as well', async () => {
    const { results, of } = await run(
      ({ index }) => (index === 0 ? { calls: [{ name: 'read', input: {} }] } : { data: { count: 0 } }),
      { tools: {} },
    )
    expect(results).toEqual({ a: { count: 0 } })
    expect(of('tool.denied')).toHaveLength(1)
  })

  it.each([['{"path":'], [{ path: 7 }], [{}], [[]], ['null'], ['']])(
    'H22: malformed arguments go back to the model and reach no tool: %j',
    async (input) => {
      const { results, asked, of } = await run(({ index }) =>
        index === 0 ? { calls: [{ name: 'read', input }] } : { data: { count: 0 } },
      )
      expect(results).toEqual({ a: { count: 0 } })
      expect(lastOf(asked[1] as Asked)).toMatch(/error-text/)
      expect(of('tool.called')).toEqual([])
    },
  )

  it('answers each of several calls of one answer, good and bad side by side', async () => {
    const { results, asked } = await run(({ index }) =>
      index === 0
        ? { calls: [...(wants('src/a', 'out', 'src/b').calls ?? []), { name: 'fly', input: {} }] }
        : { data: { count: 2 } },
    )
    expect(results).toEqual({ a: { count: 2 } })
    const [, answers] = (asked[1]?.prompt.slice(-2) ?? []) as unknown as [unknown, { content: { output: object }[] }]
    expect(answers.content.map(({ output }) => (output as { type: string }).type).toSorted()).toEqual([
      'error-text',
      'error-text',
      'json',
      'json',
    ])
  })

  it('M-53: reports progress with each step, and emits and discovers nothing', async () => {
    const { of } = await run(({ index }) => (index < 2 ? wants('src/a') : { data: { count: 1 } }))
    expect(of('attempt.progressed')).toMatchObject([
      { note: 'step 1: called read', done: 1, total: 20 },
      { note: 'step 2: called read', done: 2, total: 20 },
      { note: 'step 3: answered', done: 3, total: 20 },
    ])
    expect([...of('attempt.emitted'), ...of('task.discovered')]).toEqual([])
  })
})

describe('the answer of an agent', () => {
  it('is taken out of a fence', async () => {
    const { results } = await run(() => ({ text: '```json\n{ "count": 3 }\n```' }))
    expect(results).toEqual({ a: { count: 3 } })
  })

  it('is given back with what is wrong with it, and mended', async () => {
    const { results, asked } = await run(({ index }) =>
      index === 0 ? { text: 'There are three.' } : index === 1 ? { data: { count: 'three' } } : { data: { count: 3 } },
    )
    expect(results).toEqual({ a: { count: 3 } })
    expect(lastOf(asked[1] as Asked)).toContain('That answer cannot be taken')
    expect(lastOf(asked[2] as Asked)).toContain('count: Invalid input: expected number, received string')
  })

  it('that does not fit three times fails the attempt', async () => {
    const { failures, of } = await run(() => ({ data: { count: 'many' } }))
    expect(failures).toEqual({ a: 'MODEL_ANSWER_INVALID' })
    // Each of three attempts asks three times.
    expect(of('model.called')).toHaveLength(9)
  })

  it.each(['length', 'content-filter'])('that ends by %s without a result fails the attempt', async (finish) => {
    const { failures } = await run(() => ({ text: '{ "cou', finish }))
    expect(failures).toEqual({ a: 'MODEL_ANSWER_INVALID' })
  })

  it.each([
    ['a text', z.string(), { text: 'three' }, 'three'],
    ['a list', z.array(z.int()), { data: { result: [1, 2] } }, [1, 2]],
    ['one of two', z.union([z.strictObject({ a: z.int() }), z.null()]), { data: { result: null } }, null],
    ['an object with what may be absent', z.object({ a: z.int().optional() }), { data: {} }, {}],
    [
      'what the schema changes',
      z.object({ at: z.string().transform((text) => text.length) }),
      { data: { at: 'abc' } },
      { at: 3 },
    ],
  ] as const)('may be %s', async (_, result, said, expected) => {
    const { results } = await run(() => said, { result })
    expect(results).toEqual({ a: expected })
  })
})

describe('the limits of an agent', () => {
  it('end it after so many steps, once, with a reason of its own', async () => {
    const { failures, of } = await run(() => wants('src/a'), { stepsMax: 4 })
    expect(failures).toEqual({ a: 'AGENT_STEPS_SPENT' })
    expect(of('model.called')).toHaveLength(4)
  })

  it('count answers that did not fit as steps', async () => {
    const { failures, of } = await run(() => ({ text: 'no' }), { stepsMax: 1 })
    expect(failures).toEqual({ a: 'MODEL_ANSWER_INVALID' })
    expect(of('model.called')).toHaveLength(3)
  })

  it('end it after so many tokens', async () => {
    const { failures, of } = await run(() => wants('src/a'), { tokensMax: 25 })
    expect(failures).toEqual({ a: 'AGENT_TOKENS_SPENT' })
    expect(of('model.called')).toHaveLength(3)
  })

  it('take an answer that the last step brings', async () => {
    expect((await run(readsOnce, { stepsMax: 2 })).results).toEqual({ a: { count: 1 } })
    expect((await run(readsOnce, { tokensMax: 20 })).results).toEqual({ a: { count: 1 } })
  })

  it('M-53: end it when its time is over, and take its question off the wire', async () => {
    const signals: AbortSignal[] = []
    const { failures } = await run(
      ({ signal }) => {
        signals.push(signal)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
      },
      { timeMsMax: 50 },
    )
    expect(failures).toEqual({ a: 'AGENT_TIME_SPENT' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  it.each([
    ['stepsMax', 0],
    ['tokensMax', 1.5],
    ['timeMsMax', -1],
  ])('refuse %s: %d where it is written', (name, limit) => {
    expect(() => reader({ [name]: limit })).toThrow(expect.objectContaining({ code: 'PLUGIN_INVALID' }))
  })
})

it('refuses a tool of which a model could be told nothing', () => {
  expect(() => reader({ tools: { read: { tool: 'files.read' } } })).toThrow(/tools\.read.*declaration/)
})

it('M-20: tells the model its role and the one task', async () => {
  const { asked } = await run(() => ({ data: { count: 0 } }))
  const [system, user] = asked[0]?.prompt ?? []
  expect(system).toMatchObject({ role: 'system', content: expect.stringMatching(/^You are a reader\./) })
  expect(user).toMatchObject({
    role: 'user',
    content: [{ text: '# Purpose\n\nKnow.\n\n# Task\n\n```json\n{\n  "about": "a"\n}\n```' }],
  })
  expect(textOf(asked[0] as Asked)).not.toContain('agents')
})
