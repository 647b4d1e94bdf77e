import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Bosun,
  createContainer,
  declareTool,
  definePlanner,
  definePlugin,
  defineTool,
  defineWorker,
  embedded,
  fanOut,
  plugins,
  task,
} from 'bosun'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { otel, type OtelTelemetry } from './otel-telemetry.ts'
import { recorder, type Tree } from './recorder.fixture.ts'

const look = declareTool({
  name: 'site.look',
  summary: 'Looks something up.',
  access: 'read',
  input: z.object({ word: z.string() }),
  output: z.string(),
  paths: ({ word }) => [word],
})

/** Asks a model and a tool; fails the first time it sees a task whose body says so. */
const builder = defineWorker({
  name: 'builder',
  summary: 'Builds a part.',
  handles: 'build',
  body: z.object({ fails: z.boolean() }),
  result: z.string(),
  tools: { look: look('allowed') },
  model: 'fake:small',
  async run({ body }, { attempt, model, tools }) {
    if (body.fails && attempt.epoch === 1) {
      await tools.look({ word: 'forbidden' })
      throw new Error('never reached')
    }
    return `${await tools.look({ word: 'allowed' })} ${await model.generate({ prompt: 'a secret prompt' })}`
  },
})

/** Fails at its first attempt of each task in a way that is tried again. */
const gatherer = defineWorker({
  name: 'gatherer',
  summary: 'Puts parts together.',
  handles: 'gather',
  body: z.null(),
  result: z.string(),
  run(_, { attempt, inputs }) {
    if (attempt.epoch === 1) throw new Error('a secret reason')
    return Object.values(inputs).join('+')
  },
})

/** Waits until it is stopped at its first attempt. */
const waiter = defineWorker({
  name: 'waiter',
  summary: 'Waits.',
  handles: 'wait',
  body: z.null(),
  result: z.null(),
  run: (_, { attempt, signal }) =>
    attempt.epoch > 1
      ? null
      : new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        }),
})

const planner = definePlanner('two-parts', async (request) => {
  await request.model('fake:big').generate({ prompt: 'a secret goal' })
  return {
    tasks: [
      { id: 'left', type: 'build', body: { fails: false } },
      { id: 'right', type: 'build', body: { fails: false } },
      { id: 'whole', type: 'gather', body: null, dependsOn: ['left', 'right'] },
    ],
  }
})

/** A model that answers at once: a name, and what a call costs. */
const models = {
  resolve: (name: string) => ({
    name,
    ceiling: () => ({ tokens: 20, costMicros: 9 }),
    call: () =>
      Promise.resolve({
        answer: {
          content: [{ type: 'text', text: 'a secret answer' }],
          finishReason: { unified: 'stop', raw: 'stop' },
          usage: { inputTokens: { total: 12 }, outputTokens: { total: 3 } },
          warnings: [],
        },
        inputTokens: 12,
        outputTokens: 3,
        costMicros: 9,
      }),
  }),
} as never

function temporaryFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-otel-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The engine with a journal on disk, so that another process life can take its runs up. */
async function world(telemetry: OtelTelemetry, folder = temporaryFolder()) {
  const parts = definePlugin({
    name: 'parts',
    workers: [builder, gatherer, waiter],
    tools: [defineTool(look, ({ word }) => `saw ${word}`)],
  })
  const world = embedded({ folder, stateDir: join(folder, '.bosun'), models })
  const container = await createContainer(world, plugins(parts), otel(telemetry))
  const bosun = container.get(Bosun)
  onTestFinished(() => bosun.close())
  return bosun
}

it('a run is one trace: its plan, its attempts with a failed and retried one, and what they called', async () => {
  const { telemetry, tree, named, one, spans, metrics } = recorder()
  const bosun = await world(telemetry)
  const run = await bosun.run(fanOut({ name: 'site', plan: true }), 'a secret goal', { run: 'r', planner })
  await run.result

  const built: Tree = ['invoke_agent builder', ['chat small'], ['execute_tool site.look']]
  const [root, ...others] = tree()
  expect(others).toEqual([])
  expect(root).toEqual([
    'invoke_workflow site',
    built,
    built,
    ['invoke_agent gatherer'],
    ['invoke_agent gatherer'],
    ['plan site', ['chat big']],
  ])

  const [first, second] = named('invoke_agent gatherer')
  expect(first?.status).toEqual({ code: 2, message: 'WORKER_THREW' })
  expect(first?.attributes).toMatchObject({ 'bosun.attempt.retry': 0, 'error.type': 'WORKER_THREW' })
  expect(second?.attributes).toMatchObject({ 'bosun.attempt.retry': 1, 'bosun.attempt.outcome': 'succeeded' })
  const parts = new Set(named('invoke_agent builder').map((span) => span.spanContext().spanId))
  for (const attempt of [first, second]) {
    expect(new Set(attempt?.links.map(({ context }) => context.spanId))).toEqual(parts)
  }
  expect(one('invoke_workflow site').attributes).toMatchObject({
    'bosun.run.outcome': 'completed',
    'bosun.tasks.succeeded': 3,
    'gen_ai.workflow.name': 'site',
  })
  expect(JSON.stringify(spans().map(({ attributes, status, events }) => [attributes, status, events]))).not.toContain(
    'secret',
  )
  expect(await metrics()).toMatchObject({
    'bosun.runs.running{}': 0,
    'bosun.attempts.running{name=builder}': 0,
    'bosun.tasks{name=builder,outcome=succeeded}': 2,
    'bosun.tasks{name=gatherer,outcome=succeeded}': 1,
    'bosun.attempt.retries{name=gatherer,type=WORKER_THREW}': 1,
    'gen_ai.client.token.usage{model=small,name=builder,name=chat,name=fake,type=input}': { count: 2, sum: 24 },
    'gen_ai.client.token.usage{model=big,name=chat,name=fake,type=output}': { count: 1, sum: 3 },
  })
})

it('M-24: a denied call is an event of its attempt, and a failed run an error with its code', async () => {
  const { telemetry, one } = recorder()
  const bosun = await world(telemetry)
  const failing = definePlanner('failing', () => ({ tasks: [{ id: 'a', type: 'build', body: { fails: true } }] }))
  const run = await bosun.run(fanOut({ name: 'site', plan: true }), null, { run: 'r', planner: failing })
  const { end } = await run.outcome
  expect(end?.type).toBe('run.failed')
  const attempt = one('invoke_agent builder')
  expect(attempt.attributes).toMatchObject({ 'error.type': 'TOOL_DENIED' })
  expect(attempt.events.map(({ name }) => name)).toContain('tool.denied')
  expect(one('invoke_workflow site')).toMatchObject({
    status: { code: 2 },
    attributes: { 'bosun.run.outcome': 'failed', 'error.type': (end as { causeCode: string }).causeCode },
  })
})

it('R2: a run that is taken up again goes on in a trace of its own, joined by the id of the run', async () => {
  const folder = temporaryFolder()
  const [before, after] = [recorder(), recorder()]
  const manager = fanOut({ name: 'site', start: () => [task('wait', null, { id: 'a' })] })
  const first = await world(before.telemetry, folder)
  const run = await first.run(manager, null, { run: 'r' })
  for await (const facts of run) if (facts.some(({ type }) => type === 'attempt.started')) break
  await first.close()
  before.telemetry.close()
  expect(before.tree()).toEqual([['invoke_workflow site', ['invoke_agent waiter']]])
  for (const span of before.spans()) expect(span.attributes).toMatchObject({ 'bosun.cut_off': true })

  const second = await world(after.telemetry, folder)
  await (
    await second.resume('r', { managers: [manager] })
  ).result
  expect(after.tree()).toEqual([['invoke_workflow', ['invoke_agent waiter']]])
  const [root] = after.named('invoke_workflow')
  expect(root?.attributes).toMatchObject({
    'bosun.run.resumed': true,
    'bosun.run.outcome': 'completed',
    'gen_ai.conversation.id': before.one('invoke_workflow site').attributes['gen_ai.conversation.id'],
  })
  expect(root?.events.map(({ name }) => name)).toContain('attempt.lost')
  expect(after.one('invoke_agent waiter').attributes).toMatchObject({ 'bosun.attempt.epoch': 2 })
  expect(await before.metrics()).toMatchObject({ 'bosun.attempts.running{name=waiter}': 0, 'bosun.runs.running{}': 0 })
})
