import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineTool, defineWorker, type Json } from '@bosun/sdk'
import { Bosun, createContainer, definePlugin, embedded, fanOut, plugins, type Fact } from 'bosun'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { agentPlanner, type AgentPlannerOptions } from './agent-planner.ts'

const worker = (handles: string, more: object = {}) =>
  defineWorker({
    name: `${handles}-worker`,
    handles,
    summary: `Does ${handles}.`,
    body: z.strictObject({ topic: z.string() }),
    result: z.string(),
    run: ({ body }) => `${handles} ${body.topic}`,
    ...more,
  })
const workers = [worker('write', { skills: ['tables'] }), worker('check')]

/** A model that answers with these texts in turn, and keeps what it was asked. */
function scripted(answers: readonly unknown[], finish = 'stop') {
  const asked: { readonly prompt: readonly { readonly role: string; readonly content: Json }[] }[] = []
  const registry = {
    resolve: (name: string) => ({
      name: `test:${name}`,
      ceiling: () => ({ tokens: 30, costMicros: 5 }),
      call: (options: unknown) => {
        const said = answers[asked.push(options as never) - 1]
        if (said instanceof Error) return Promise.reject(said)
        const call = callOf(said)
        const text = typeof said === 'string' ? said : JSON.stringify(said)
        const end = call === undefined ? finish : 'tool-calls'
        const answer = {
          content: [call ?? { type: 'text', text }],
          finishReason: { unified: end, raw: end },
          warnings: [],
        }
        return Promise.resolve({ answer: answer as never, inputTokens: 20, outputTokens: 10, costMicros: 5 })
      },
    }),
  }
  return { asked, registry }
}

/** A call that a model makes instead of an answer: `{ call: 'files_read', input }`. */
function callOf(said: unknown) {
  if (typeof said !== 'object' || said === null || !('call' in said)) return undefined
  const { call, input } = said as { call: string; input: unknown }
  return { type: 'tool-call', toolCallId: `c-${call}`, toolName: call, input: JSON.stringify(input) }
}

/** One tool that reads notes, and one that would write them; what is called goes into the list. */
function notes(called: string[]) {
  const of = (name: string, access: 'read' | 'write') =>
    defineTool({
      name,
      summary: `May ${access} notes.`,
      access,
      input: z.strictObject({ path: z.string() }),
      output: z.string(),
      paths: ({ path }) => [path],
      run({ path }) {
        called.push(`${name} ${path}`)
        return `about ${path}`
      },
    })
  return [of('notes.read', 'read'), of('notes.write', 'write')]
}

async function planned(
  answers: readonly unknown[],
  more: Partial<AgentPlannerOptions> = {},
  finish = 'stop',
  tools: ReturnType<typeof notes> = [],
) {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-planner-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { asked, registry } = scripted(answers, finish)
  const world = embedded({ folder, stateDir: join(folder, '.bosun'), journal: 'memory', models: registry })
  const bosun = (await createContainer(world, plugins(definePlugin({ name: 'doers', workers, tools })))).get(Bosun)
  onTestFinished(() => bosun.close())
  const planner = agentPlanner({ name: 'thinker', model: 'smart', ...more })
  const run = await bosun.run(fanOut({ name: 'planned', plan: true }), { about: 'moons' }, { planner })
  const facts = (await Array.fromAsync(run)).flat()
  const of = <T extends Fact['type']>(type: T) =>
    facts.filter((fact): fact is Extract<Fact, { type: T }> => fact.type === type)
  return { asked, of, end: (await run.outcome).end }
}

const write = { id: 'write', type: 'write', body: { topic: 'moons' }, purpose: 'A page.' }
const check = { id: 'check', type: 'check', body: { topic: 'moons' }, dependsOn: ['write'] }
const lastOf = (asked: Awaited<ReturnType<typeof planned>>['asked'], index: number) =>
  JSON.stringify(asked[index]?.prompt.at(-1))

describe('a planner that asks a model', () => {
  it('M-26, M-27: makes tasks with ids, bodies, purposes and dependencies before anything starts', async () => {
    const { asked, of, end } = await planned([{ title: 'Moons', tasks: [write, check] }])
    expect(end).toMatchObject({ type: 'run.completed', result: { result: ['write moons', 'check moons'] } })
    expect(of('task.added').map(({ task }) => task)).toMatchObject([write, { ...check, purpose: 'Does check.' }])
    const accepted = of('plan.accepted')[0]?.seq ?? 0
    expect(of('task.assigned').every(({ seq }) => seq > accepted)).toBe(true)
    expect(asked).toHaveLength(1)
  })

  it('M-14: may cut a plan into levels, without bounds or policies of theirs', async () => {
    const groups = [
      { name: 'moons', kind: 'requirement', title: 'All moons are described.' },
      { name: 'moons/io', kind: 'block' },
    ]
    const tasks = [{ ...write, group: 'moons/io' }]
    const { of, end, asked } = await planned([
      { groups: [{ name: 'moons', quorum: 1 }], tasks },
      { groups, tasks },
    ])
    expect(end?.type).toBe('run.completed')
    expect(lastOf(asked, 1)).toContain('quorum')
    expect(of('group.opened').map(({ group }) => group)).toEqual(groups)
  })

  it('tells the model the goal, the workers with their bodies and skills, and nothing of the machine', async () => {
    const { asked } = await planned([{ tasks: [write] }], {
      instructions: 'One page per moon.',
      examples: [{ goal: 'suns', plan: { tasks: [{ id: 'a', type: 'write', body: { topic: 'suns' } }] } }],
    })
    const [system, user] = asked[0]?.prompt ?? []
    expect(system?.content).toMatch(/One page per moon\.[\s\S]*"suns"[\s\S]*JSON Schema/)
    const text = JSON.stringify(user?.content)
    for (const part of ['moons', 'Does write.', 'tables', 'topic']) expect(text).toContain(part)
    expect(JSON.stringify(asked)).not.toContain(tmpdir())
    expect(asked[0]).toMatchObject({ responseFormat: { type: 'json', schema: { required: ['tasks'] } } })
  })

  it('X-03: has its calls in the log, with what they used', async () => {
    const { of } = await planned(['no', { tasks: [write] }])
    expect(of('planner.called')).toMatchObject([
      { model: 'test:smart', inputTokens: 20, outputTokens: 10, costMicros: 5 },
      { model: 'test:smart', inputTokens: 20, outputTokens: 10, costMicros: 5 },
    ])
  })

  it('M-13: lets the model look at what it is given to read before it plans', async () => {
    const called: string[] = []
    const answers = [
      { call: 'notes_read', input: { path: 'moons.md' } },
      { call: 'notes_read', input: { file: 1 } },
      { tasks: [write] },
    ]
    const { asked, end } = await planned(answers, { tools: ['notes.read'] }, 'stop', notes(called))
    expect(end?.type).toBe('run.completed')
    expect(called).toEqual(['notes.read moons.md'])
    const offered = asked.map((question) => (question as { tools?: { name: string }[] }).tools?.map(({ name }) => name))
    expect(offered).toEqual([['notes_read'], ['notes_read'], ['notes_read']])
    expect(lastOf(asked, 1)).toContain('about moons.md')
    expect(lastOf(asked, 2)).toContain('TOOL_INPUT_INVALID')
  })

  it('M-13: gives the model no tool that writes, whatever its options or the model say', async () => {
    const called: string[] = []
    const refused = await planned([{ tasks: [write] }], { tools: ['notes.write'] }, 'stop', notes(called))
    expect(refused.of('plan.rejected')).toMatchObject([{ error: { code: 'TOOL_UNKNOWN' } }])
    const answers = [{ call: 'notes.write', input: { path: 'moons.md' } }, { tasks: [write] }]
    const denied = await planned(answers, { tools: ['notes.read'] }, 'stop', notes(called))
    expect(lastOf(denied.asked, 1)).toContain('TOOL_DENIED')
    expect(denied.of('violation.recorded')).toMatchObject([{ by: 'planner', error: { code: 'TOOL_DENIED' } }])
    expect(called).toEqual([])
  })

  it('ends looking after so many calls', async () => {
    const called: string[] = []
    const look = { call: 'notes_read', input: { path: 'a' } }
    const options = { tools: ['notes.read'], lookupsMax: 1 }
    const { asked, end } = await planned([look, look, { tasks: [write] }], options, 'stop', notes(called))
    expect([called.length, asked.length, end?.type]).toEqual([1, 3, 'run.completed'])
    expect(asked[1]).not.toHaveProperty('tools')
  })

  it('reads a plan out of a fence', async () => {
    const { end } = await planned([`\`\`\`json\n${JSON.stringify({ tasks: [write] })}\n\`\`\``])
    expect(end?.type).toBe('run.completed')
  })
})

describe('a plan with faults', () => {
  it.each([
    ['no JSON', 'Sure! Here is the plan.', 'not valid JSON'],
    ['another shape', { steps: [] }, 'tasks'],
    ['no tasks', { tasks: [] }, 'PLAN_EMPTY'],
    ['limits of its own', { tasks: [{ ...write, limits: { tokensMax: 1e9 } }] }, 'limits'],
    ['a type that nobody does', { tasks: [{ ...write, type: 'fly' }] }, 'TASK_TYPE_UNHANDLED'],
    ['a body that no worker takes', { tasks: [{ ...write, body: { topic: 7 } }] }, 'TASK_BODY_INVALID'],
    ['a circle', { tasks: [{ ...write, dependsOn: ['check'] }, check] }, 'TASK_CYCLE'],
    ['a dependency on nothing', { tasks: [check] }, 'TASK_DEPENDENCY_UNKNOWN'],
    ['an id twice', { tasks: [write, write] }, 'TASK_ID_REPEATED'],
    ['a skill that nobody has', { tasks: [{ ...write, skills: ['poetry'] }] }, 'TASK_SKILL_MISSING'],
    [
      'one file of two',
      {
        tasks: [
          { ...write, outputs: ['a'] },
          { ...write, id: 'w', outputs: ['a'] },
        ],
      },
      'TASK_OUTPUT_SHARED',
    ],
    ['a path out of the workspace', { tasks: [{ ...write, outputs: ['../a'] }] }, 'FILE_REFUSED'],
  ])('M-27: %s is given back with the fault, and mended', async (_, faulty, told) => {
    const { asked, end, of } = await planned([faulty, { tasks: [write, check] }])
    expect(end?.type).toBe('run.completed')
    expect(asked).toHaveLength(2)
    expect(asked[1]?.prompt.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
    expect(lastOf(asked, 1)).toContain(told)
    expect(of('plan.rejected')).toEqual([])
  })

  it('is told all of its faults that can be told at once', async () => {
    const tasks = [
      { ...write, type: 'fly' },
      { ...check, type: 'swim' },
      { id: 'x', type: 'write', body: null },
    ]
    const { asked } = await planned([{ tasks }, { tasks: [write] }])
    expect(lastOf(asked, 1)).toMatch(/fly[\s\S]*swim[\s\S]*TASK_BODY_INVALID/)
  })

  it('M-27: is refused loudly after the second repair, and no worker starts', async () => {
    const { asked, end, of } = await planned([
      { tasks: [check] },
      'no',
      { tasks: [{ ...write, type: 'fly' }] },
      'unasked',
    ])
    expect(asked).toHaveLength(3)
    expect(end).toMatchObject({ type: 'run.failed' })
    expect(of('plan.rejected')).toMatchObject([
      {
        error: {
          code: 'PLAN_INVALID',
          message: expect.stringMatching(/thinker: .*3 plans.*TASK_TYPE_UNHANDLED at write/),
        },
      },
    ])
    expect([...of('task.added'), ...of('task.assigned')]).toEqual([])
  })

  it('M-27: that is cut off each time is refused', async () => {
    const { of } = await planned(['{', '{', '{'], {}, 'length')
    expect(of('plan.rejected')).toMatchObject([{ error: { code: 'PLAN_INVALID' } }])
  })

  it('M-27: a model that fails ends the planning with its own reason', async () => {
    const { of, end } = await planned([new Error('out of order')])
    expect(of('plan.rejected')).toMatchObject([{ error: { code: 'MODEL_FAILED' } }])
    expect(end?.type).toBe('run.failed')
  })
})
