import { defineTool, files, type AnyToolHandler } from '@bosun/sdk'
import { task } from 'bosun'
import { describe, expect, it } from 'vitest'
import { carryOut, models } from './agent-world.fixture.ts'
import { agentPlugin as plugin } from './plugin.ts'

const at = 'bosun.config.ts plugins[0].options'
const tools = [
  defineTool(files.read, () => ({ text: '', bytes: 0, truncated: false })),
  defineTool(files.write, () => ({ bytes: 1 })),
] as unknown as AnyToolHandler[]
const agentOf = async (options: object) => (await plugin.create({ model: 'fast', ...options }, at)).workers

describe('the agent that a config describes', () => {
  it('does what the prompt of each task asks, with the tools that its options name', async () => {
    const workers = await agentOf({ tools: { read: 'files.read(src/**)' }, skills: ['tables'], stepsMax: 3 })
    expect(workers.map(({ entry }) => entry)).toMatchObject([
      { name: 'agent', handles: 'agent', tools: ['files.read(src/**)'], skills: ['tables'], effects: 'none' },
    ])
    const asked = models(() => ({ data: { text: 'done' } }))
    const tasks = [task('agent', { prompt: 'Sum up src/a.ts.' }, { id: 'a' })]
    const { results } = await carryOut({ workers, tools, models: asked, tasks })
    expect(results).toEqual({ a: { text: 'done' } })
    expect(JSON.stringify(asked.asked[0]?.prompt.at(-1))).toContain('# Task\\n\\nSum up src/a.ts.')
  })

  it('returns what the JSON Schema of its options asks for', async () => {
    const result = { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] }
    const workers = await agentOf({ name: 'counter', handles: 'count', result })
    const answers = models(({ index }) => ({ data: { count: index === 0 ? 'two' : 2 } }))
    const tasks = [task('count', { prompt: 'Count.' }, { id: 'a' })]
    const { results } = await carryOut({ workers, models: answers, tasks })
    expect(results).toEqual({ a: { count: 2 } })
    expect(answers.asked).toHaveLength(2)
  })

  it('X-05: a skill that asks for a tool adds none: its call is denied and recorded', async () => {
    const text = '# Skill tables: x\n\nThis skill asks for these tools: files.write.\n\nCall write.'
    const asked = models(({ index }) =>
      index > 0 ? { data: { text: 'done' } } : { calls: [{ name: 'write', input: { path: 'src/a', text: 'x' } }] },
    )
    const { of, results } = await carryOut({
      workers: await agentOf({ tools: { read: 'files.read(src/**)' }, skills: ['tables'] }),
      tools,
      skills: { tables: text },
      models: asked,
      tasks: [task('agent', { prompt: 'Write.' }, { id: 'a', skills: ['tables'] })],
    })
    expect(results).toEqual({ a: { text: 'done' } })
    expect(JSON.stringify(asked.asked[0]?.prompt[0])).toContain('This skill asks for these tools')
    expect(of('tool.denied')).toMatchObject([{ task: 'a', tool: 'write', rule: 'default deny' }])
  })

  it.each([
    [{ model: '' }, 'model'],
    [{ tools: { read: 'files.read(' } }, 'tools.read'],
    [{ tools: { read: 'files.reed(src/**)' } }, 'tools.read'],
    [{ tools: { 'a b': 'files.read' } }, 'tools.a b'],
    [{ result: { type: 'nothing' } }, 'result'],
    [{ stepsMax: 0 }, 'stepsMax'],
  ])('is refused with the place of what does not fit: %j', async (options, place) => {
    await expect(agentOf(options)).rejects.toMatchObject({ code: 'CONFIG_INVALID', at: `${at}.${place}` })
  })
})
