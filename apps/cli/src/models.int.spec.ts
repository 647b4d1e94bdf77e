import type { Fact, FactOf, FactType } from '@bosun/core'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { bosunIn } from './real-engine.fixture.ts'

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-models-')))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

interface ProjectParts {
  readonly config: object
  readonly plugin: string
  readonly tasks: readonly object[]
  readonly files?: Readonly<Record<string, string>>
}

function projectOf({ config, plugin, tasks, files = {} }: ProjectParts): string {
  const folder = mkdtempSync(join(scratch, 'p-'))
  const all: Readonly<Record<string, string>> = {
    'bosun.config.json': JSON.stringify({
      plugins: ['./plugins/agents.js'],
      manager: 'fanOut',
      planner: 'files',
      ...config,
    }),
    'plugins/agents.js': plugin,
    'plan.json': JSON.stringify({ tasks }),
    ...files,
  }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

function factsIn(stdout: string): readonly Fact[] {
  return stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Fact] : []))
}

function of<T extends FactType>(facts: readonly Fact[], type: T): readonly FactOf<T>[] {
  return facts.filter((fact): fact is FactOf<T> => fact.type === type)
}

const HEAD = `
import { definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
`

describe('Issue 4, line 4: a run with 10,000 tokens and agents that never have enough', { timeout: 60_000 }, () => {
  /** One takes what it can get and says how often that was; one does not take no for an answer. */
  const GREEDY = `${HEAD}
const about = { body: z.null(), result: z.number(), model: 'fast' }
const greedy = defineWorker({
  ...about, name: 'greedy', summary: 'Asks as long as it may.', handles: 'ask',
  async run(_, { model }) {
    for (let count = 0; ; count += 1) {
      const answers = await Promise.allSettled([1, 2, 3].map(() => model.generate({ prompt: 'More.' })))
      const spent = answers.find(({ reason }) => reason?.code === 'BUDGET_EXCEEDED')
      if (spent !== undefined) return count
      for (const { reason } of answers) if (reason !== undefined) throw reason
    }
  },
})
const stubborn = defineWorker({
  ...about, name: 'stubborn', summary: 'Asks until it is refused.', handles: 'insist',
  async run(_, { model }) { for (;;) await model.generate({ prompt: 'More.' }) },
})
export default definePlugin({ name: 'agents', workers: [greedy, stubborn] })
`
  const greedyProject = (attemptTokensMax: number | undefined) =>
    projectOf({
      plugin: GREEDY,
      tasks: Array.from({ length: 12 }, (_, index) => ({ id: `t${index}`, type: index % 3 === 2 ? 'insist' : 'ask' })),
      config: {
        models: { fast: 'play:small' },
        providers: { play: { kind: 'scripted', file: 'answers.json' } },
        prices: { 'play:small': { inputMicros: 1_000_000, outputMicros: 2_000_000 } },
        limits: { tokensMax: 10_000, slotsMax: 4, ...(attemptTokensMax === undefined ? {} : { attemptTokensMax }) },
      },
      files: {
        'answers.json': JSON.stringify({
          small: Array.from({ length: 60 }, () => ({ text: 'Here.', usage: { inputTokens: 300, outputTokens: 200 } })),
        }),
      },
    })

  it.each([
    ['with slices of their own', 2_500],
    ['who get all that is left', undefined],
  ])('M-50, P14: %s never exceeds them at any fact, and is reported whole', async (_, attemptTokensMax) => {
    const folder = greedyProject(attemptTokensMax)
    const { code, stdout } = await bosunIn(folder, 'run', '--json')
    expect(code).toBe(4)
    const facts = factsIn(stdout)
    let [spent, called] = [0, 0]
    const reserved = new Map<string, number>()
    for (const fact of facts) {
      if (fact.type === 'budget.reserved') reserved.set(`${fact.task}@${fact.epoch}`, fact.tokens)
      if (fact.type === 'model.called') called += fact.inputTokens + fact.outputTokens
      if (fact.type === 'budget.settled') {
        spent += fact.tokens
        reserved.delete(`${fact.task}@${fact.epoch}`)
      }
      expect(spent + Array.from(reserved.values()).reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(10_000)
      expect(called).toBeLessThanOrEqual(10_000)
    }
    expect([spent, called, reserved.size]).toEqual([10_000, 10_000, 0])
    const started = new Set(of(facts, 'attempt.started').map(({ task }) => task))
    const [end] = of(facts, 'run.exhausted')
    const succeeded = of(facts, 'task.succeeded').map(({ task }) => task)
    // The manager has heard of every task, and has the last word.
    expect(end?.result).toMatchObject({ contains: succeeded.toSorted() })
    expect(end?.tally).toMatchObject({ total: 12, unresolved: 0, succeeded: succeeded.length })
    expect(started.size).toBeGreaterThan(0)
    expect(started.size).toBeLessThan(12)
    const page = (await bosunIn(folder, 'show', 'last')).stdout
    expect(page).toContain('used      10,000 tokens, cost 0.014')
    for (const { task } of of(facts, 'task.added')) {
      if (started.has(task.id)) continue
      expect(end?.missing).toContain(task.id)
      expect(page).toMatch(new RegExp(`^${task.id} .*failed +0 +0.00 +What is left of the budget of the run`, 'm'))
    }
    expect((await bosunIn(folder, 'audit', 'last')).code).toBe(0)
  })
})

describe('Issue 4, line 5: two workers on two models and two allowlists in one run', { timeout: 60_000 }, () => {
  /** Each reads and writes what is its own, and then tries what is the other's by every way that it has. */
  const CROSSING = `${HEAD}
const body = z.string()
const result = z.object({ answer: z.string(), codes: z.array(z.string()), holds: z.array(z.string()) })
const code = (call) => Promise.resolve().then(call).then(() => 'let through', (error) => error.code ?? error.name)
async function cross(own, other, { body }, { model, tools }) {
  const path = own + '/' + body + '.txt'
  await tools.write({ path, text: body })
  const { text } = await tools.read({ path })
  const codes = [
    await code(() => tools.write({ path: other + '/' + body + '.txt', text: 'not mine' })),
    await code(() => tools.read({ path: other + '/secret.txt' })),
    await code(() => tools.read({ path: own + '/../' + other + '/secret.txt' })),
    await code(() => tools.list({ path: '.' })),
    await code(() => tools['files.list']({ path: '.' })),
  ]
  return { answer: await model.generate({ prompt: text }), codes, holds: Object.keys(tools) }
}
const drafter = defineWorker({
  body, result, name: 'drafter', summary: 'Drafts.', handles: 'draft', model: 'fast',
  tools: { read: files.read('drafts/**'), write: files.write('drafts/**') }, outputs: (name) => ['drafts/' + name + '.txt'],
  run: (task, context) => cross('drafts', 'reviews', task, context),
})
const reviewer = defineWorker({
  body, result, name: 'reviewer', summary: 'Reviews.', handles: 'review', model: 'deep',
  tools: { read: files.read('reviews/**'), write: files.write('reviews/**') }, outputs: (name) => ['reviews/' + name + '.txt'],
  run: (task, context) => cross('reviews', 'drafts', task, context),
})
export default definePlugin({ name: 'agents', workers: [drafter, reviewer] })
`
  it('M-06, M-07: each call in the log carries its own model, and each crossing is denied and recorded', async () => {
    const folder = projectOf({
      plugin: CROSSING,
      tasks: Array.from({ length: 10 }, (_, index) => ({
        id: `t${index}`,
        type: index % 2 === 0 ? 'draft' : 'review',
        body: `n${index}`,
      })),
      config: {
        models: { fast: 'play:small', deep: 'other:large' },
        providers: {
          play: { kind: 'scripted', file: 'small.json' },
          other: { kind: 'scripted', file: 'large.json' },
        },
      },
      files: {
        'small.json': JSON.stringify({ small: ['small says so'] }),
        'large.json': JSON.stringify({ large: ['large says so'] }),
        'drafts/secret.txt': 'of the drafter',
        'reviews/secret.txt': 'of the reviewer',
      },
    })
    const { code, stdout } = await bosunIn(folder, 'run', '--json')
    expect(code).toBe(0)
    const facts = factsIn(stdout)
    const workerOf = new Map(of(facts, 'task.assigned').map(({ task, worker }) => [task, worker]))
    const called = of(facts, 'model.called')
    expect(called).toHaveLength(10)
    for (const { task, model } of called) {
      expect(model).toBe(workerOf.get(task) === 'drafter' ? 'play:small' : 'other:large')
    }
    for (const { task, result } of of(facts, 'attempt.succeeded')) {
      expect(result).toEqual({
        answer: workerOf.get(task) === 'drafter' ? 'small says so' : 'large says so',
        codes: ['TOOL_DENIED', 'TOOL_DENIED', 'FILE_REFUSED', 'TypeError', 'TypeError'],
        holds: ['read', 'write'],
      })
    }
    const denied = of(facts, 'tool.denied')
    expect(denied).toHaveLength(20)
    for (const { task, detail } of denied) {
      expect(detail).toContain(workerOf.get(task) === 'drafter' ? 'reviews/' : 'drafts/')
    }
    for (const { files } of of(facts, 'outputs.published')) expect(files).toHaveLength(1)
    expect((await bosunIn(folder, 'audit', 'last')).code).toBe(0)
  })
})

/** A provider that is out of order for as long as it is told, and notes when it was called and when it answered. */
class Provider {
  readonly calls: { readonly at: number; answeredAt: number }[] = []
  isOutOfOrder = true
  readonly #server: Server
  readonly #retryAfterMs: number

  constructor(retryAfterMs: number) {
    this.#retryAfterMs = retryAfterMs
    this.#server = createServer((request, response) => {
      const call = { at: performance.now(), answeredAt: Number.NaN }
      this.calls.push(call)
      request.resume().on('end', () => {
        this.#answer(response)
        call.answeredAt = performance.now()
      })
    })
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void this.#server.close())
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`
  }

  #answer(response: ServerResponse): void {
    response.setHeader('content-type', 'application/json')
    if (this.isOutOfOrder) {
      response.setHeader('retry-after-ms', this.#retryAfterMs)
      response.statusCode = 429
      response.end(JSON.stringify({ error: { message: 'Slow down' } }))
      return
    }
    const message = { role: 'assistant', content: 'Here I am again.' }
    const usage = { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 }
    const choices = [{ index: 0, message, finish_reason: 'stop' }]
    response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage }))
  }
}

describe('Issue 4, line 6: 98 tasks against a provider that answers 429 for ever', { timeout: 120_000 }, () => {
  const TASKS = 98
  /** Longer than the gate would wait by itself after the first try and the second. */
  const RETRY_AFTER_MS = 600
  const ASKING = `${HEAD}
const asker = defineWorker({
  name: 'asker', summary: 'Asks once.', handles: 'ask', body: z.null(), result: z.string(), model: 'fast',
  run: (_, { model }) => model.generate({ prompt: 'Are you there?', outputTokensMax: 20 }),
})
export default definePlugin({ name: 'agents', workers: [asker] })
`
  it.each([
    ['one after the other', 1],
    ['eight at a time', 8],
  ])('P13: called %s, the run is paused, not failed, and completes when it is resumed', async (_, concurrencyMax) => {
    const provider = new Provider(RETRY_AFTER_MS)
    const baseUrl = await provider.open()
    const folder = projectOf({
      plugin: ASKING,
      tasks: Array.from({ length: TASKS }, (_, index) => ({ id: `t${index}`, type: 'ask' })),
      config: {
        models: { fast: 'local:m' },
        providers: { local: { kind: 'openai-compatible', baseUrl, concurrencyMax } },
        limits: { slotsMax: 4, attemptTokensMax: 2_000 },
        attemptsPerHost: 4,
      },
    })
    const paused = await bosunIn(folder, 'run', '--json')
    expect(paused.code).toBe(5)
    const facts = factsIn(paused.stdout)
    const planned = of(facts, 'model.called')
    expect(planned.length).toBeGreaterThan(0)
    for (const { error } of planned) expect(error?.code).toBe('MODEL_QUOTA_SPENT')
    expect(provider.calls.length).toBeGreaterThanOrEqual(4)
    expect(provider.calls.length).toBeLessThanOrEqual(4 * Math.min(planned.length, concurrencyMax))
    // What was on the wire together could not be told to wait; whatever came after had been.
    const waited = provider.calls.slice(concurrencyMax).map(({ at }, index) => {
      return at - (provider.calls[index]?.answeredAt ?? Number.NaN)
    })
    for (const ms of waited) expect(ms).toBeGreaterThanOrEqual(RETRY_AFTER_MS - 1)
    expect(of(facts, 'run.paused')).toMatchObject([{ by: 'model provider' }])
    expect(of(facts, 'task.failed')).toEqual([])
    expect(of(facts, 'task.retried').filter(({ counted }) => counted)).toEqual([])

    provider.isOutOfOrder = false
    const callsBefore = provider.calls.length
    const resumed = await bosunIn(folder, 'resume', 'last', '--json')
    expect(resumed.code).toBe(0)
    expect(provider.calls.length - callsBefore).toBe(TASKS)
    const [end] = of(factsIn(resumed.stdout), 'run.completed')
    expect(end?.tally).toMatchObject({ total: TASKS, succeeded: TASKS })
    expect((await bosunIn(folder, 'audit', 'last')).code).toBe(0)
  })
})

describe('X-03: what a run has used', { timeout: 60_000 }, () => {
  /** Fails the first time, dies the second time, and does it the third time; each time it asks. */
  const CLUMSY = `${HEAD}
const clumsy = defineWorker({
  name: 'clumsy', summary: 'Asks.', handles: 'ask', body: z.null(), result: z.string(), model: 'fast',
  async run(_, { model, attempt }) {
    const text = await model.generate({ prompt: 'Again?' })
    if (attempt.epoch === 1) throw new Error('once')
    if (attempt.epoch === 2) process.exit(3)
    return text
  },
})
export default definePlugin({ name: 'agents', workers: [clumsy] })
`
  it('is the sum over all its attempts, failed and lost ones included, wherever it is shown', async () => {
    const folder = projectOf({
      plugin: CLUMSY,
      tasks: [
        { id: 'a', type: 'ask' },
        { id: 'b', type: 'ask' },
      ],
      config: {
        models: { fast: 'play:small' },
        providers: { play: { kind: 'scripted', file: 'answers.json' } },
        prices: { 'play:small': { inputMicros: 2_000_000, outputMicros: 4_000_000 } },
        retry: { retriesMax: 2, backoffMs: 0 },
        limits: { slotsMax: 1 },
      },
      files: {
        'answers.json': JSON.stringify({ small: [{ text: 'yes', usage: { inputTokens: 70, outputTokens: 30 } }] }),
      },
    })
    const { code, stdout } = await bosunIn(folder, 'run')
    expect([code, stdout]).toEqual([0, expect.stringContaining('Used: 600 tokens, cost 0.00156')])
    const facts = factsIn((await bosunIn(folder, 'log', 'last', '--json')).stdout)
    expect(of(facts, 'attempt.failed')).toHaveLength(2)
    expect(of(facts, 'attempt.lost')).toHaveLength(2)
    expect(of(facts, 'model.called')).toHaveLength(6)
    const usage = { tokens: 600, costMicros: 1_560 }
    const task = { tokens: 300, costMicros: 780 }
    const shown = JSON.parse((await bosunIn(folder, 'show', 'last', '--json')).stdout) as object
    expect(shown).toMatchObject({ usage, tasks: [{ usage: task }, { usage: task }] })
    expect(JSON.parse((await bosunIn(folder, 'runs', '--json')).stdout)).toMatchObject({ usage })
    expect((await bosunIn(folder, 'show', 'last')).stdout).toMatch(/^a .* 300 +0\.00078$/m)
  })
})
