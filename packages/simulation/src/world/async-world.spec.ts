import { commutative, dynamic, fanOut, task } from '@bosun/managers'
import { defineWorker, files } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RandomChoices, randomChoices } from '../choices/random-choices.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from './simulator.ts'

const scanner = defineWorker({
  name: 'scanner',
  summary: 'Scans a folder.',
  handles: 'scan',
  body: z.object({ path: z.string() }),
  result: z.object({ files: z.number() }),
  tools: { write: files.write('out/**') },
  async run({ body }, { clock, discover, emit, tools, random }) {
    await clock.sleep(500)
    if (body.path.length < 4) discover({ path: `${body.path}/${random() < 0.5 ? 'a' : 'b'}` })
    await tools.write({ path: `out/${body.path}`, text: 'x' })
    emit(body.path)
    return { files: body.path.length }
  },
})

const survey = dynamic({
  name: 'survey',
  start: () => [task('scan', { path: 'a' }, { id: 'a' }), task('scan', { path: 'b' }, { id: 'b' })],
  discovered: (found: { path: string }) => task('scan', found, { id: found.path }),
  reduce: commutative((all: number, one: { files: number }) => all + one.files, 0),
})

describe('a simulated world with real code in it', () => {
  const setting = settingOf({ kind: 'manager', manager: survey }, { workers: { scan: scanner } })

  it('P6: no schedule of a manager with a real worker breaks an invariant', async () => {
    const simulator = createSimulator(setting)
    const choices = new RandomChoices()
    for (let seed = 1; seed <= 300; seed += 1) {
      const { violation, fault, ended } = await simulator.runAsync(choices.seeded(seed))
      expect({ seed, violation, fault }).toEqual({ seed, violation: undefined, fault: undefined })
      expect(ended).toBeDefined()
    }
  })

  it('D1: asynchronous code gives the same trace for the same choices', async () => {
    const simulator = createSimulator(setting)
    for (let seed = 1; seed <= 60; seed += 1) {
      const one = await simulator.traceAsync(randomChoices(seed))
      const other = await simulator.traceAsync(new ReplayedChoices(one.choices))
      expect(other.hash).toBe(one.hash)
    }
  })

  it('has the files of examples in its workspace, and answers by the tool whatever a worker calls it', async () => {
    const copier = defineWorker({
      name: 'copier',
      summary: 'Copies a text.',
      handles: 'copy',
      body: z.string(),
      result: z.string(),
      tools: { look: files.read(), put: files.write() },
      examples: [{ body: 'in.txt', files: { 'in.txt': 'text' } }],
      async run({ body }, { tools }) {
        await tools.put({ path: 'out.txt', text: (await tools.look({ path: body })).text })
        return (await tools.look({ path: 'out.txt' })).text
      },
    })
    const simulator = createSimulator(settingOf({ kind: 'worker', worker: copier }))
    const { events } = await simulator.traceAsync(new ReplayedChoices([]))
    expect(events).toContainEqual(expect.objectContaining({ type: 'attempt.succeeded', result: 'text' }))
    expect(events).toContainEqual(expect.objectContaining({ type: 'tool.called', tool: 'files.read', name: 'look' }))
  })

  it('runs the whole job when nothing goes wrong', async () => {
    const { end, events } = await createSimulator(setting).traceAsync(new ReplayedChoices([]))
    expect(end.ended).toBe('run.completed')
    expect(events.filter(({ type }) => type === 'task.succeeded').length).toBeGreaterThan(2)
  })

  it('S13: code that waits for longer than its lease keeps it, since its host beats', async () => {
    const patient = defineWorker({
      name: 'patient',
      summary: 'Takes five minutes.',
      handles: 'scan',
      body: z.object({ path: z.string() }),
      result: z.object({ files: z.number() }),
      async run(_input, { clock }) {
        await clock.sleep(300_000)
        return { files: 1 }
      },
    })
    const simulator = createSimulator(settingOf({ kind: 'manager', manager: survey }, { workers: { scan: patient } }))
    const { end, events } = await simulator.traceAsync(new ReplayedChoices([]))
    expect(end.ended).toBe('run.completed')
    expect(events.filter(({ type }) => type === 'attempt.lost')).toEqual([])
  })

  it('names a worker that waits for what the world does not control', async () => {
    const escaping = defineWorker({
      name: 'escaping',
      summary: 'Waits for nothing.',
      handles: 'scan',
      body: z.object({ path: z.string() }),
      result: z.null(),
      async run() {
        // Nothing in the world settles this.
        await new Promise(() => undefined)
        return null
      },
    })
    const simulator = createSimulator(settingOf({ kind: 'manager', manager: survey }, { workers: { scan: escaping } }))
    const { fault } = await simulator.runAsync(new ReplayedChoices([]))
    expect(fault?.code).toBe('SUBJECT_ESCAPED')
    expect(fault?.message).toContain('escaping')
  })
})

describe('a simulated world with a planner', () => {
  it('hands over what the planner plans', async () => {
    const planner = { name: 'two', plan: () => ({ tasks: [{ id: 'one', type: 'dig', body: null }] }) }
    const { end, events } = await createSimulator(settingOf({ kind: 'planner', planner })).traceAsync(
      new ReplayedChoices([]),
    )
    expect(end.ended).toBe('run.completed')
    expect(events.find(({ type }) => type === 'task.added')).toMatchObject({ task: { id: 'one' } })
  })

  it('holds to the levels of its plan, and to what bounds them', async () => {
    const tasks = ['a', 'b', 'c'].map((id) => ({ id, type: 'dig', body: null, group: 'all/one' }))
    const planner = {
      name: 'levels',
      plan: () => ({ groups: [{ name: 'all', slotsMax: 1 }, { name: 'all/one' }], tasks }),
    }
    const simulator = createSimulator(settingOf({ kind: 'planner', planner }))
    let isReached = false
    for (let seed = 1; seed <= 100; seed += 1) {
      const { end, events } = await simulator.traceAsync(randomChoices(seed))
      expect({ seed, fault: end.fault, violation: end.violation }).toEqual({
        seed,
        fault: undefined,
        violation: undefined,
      })
      const opened = events.flatMap((event) => (event.type === 'group.opened' ? [event.group.name] : []))
      isReached ||= opened.join() === 'all,all/one' && events.some(({ type }) => type === 'task.assigned')
    }
    expect(isReached).toBe(true)
  })

  it('names a planner that returns what is no plan', async () => {
    const planner = { name: 'odd', plan: () => ({ tasks: 3 }) as never }
    const { fault } = await createSimulator(settingOf({ kind: 'planner', planner })).runAsync(new ReplayedChoices([]))
    expect(fault).toMatchObject({ code: 'SUBJECT_NONSENSE' })
  })
})

describe('a simulated world with a manager of its own', () => {
  it('P6: no schedule of a fan-out breaks an invariant, and its decisions replay after a crash', () => {
    const manager = fanOut({ name: 'all', start: () => ['a', 'b', 'c'].map((id) => task('dig', id, { id })) })
    const workers = { dig: (body: unknown) => ({ result: `dug ${String(body)}` }) }
    const simulator = createSimulator(settingOf({ kind: 'manager', manager }, { workers }))
    const choices = new RandomChoices()
    for (let seed = 1; seed <= 2_000; seed += 1) {
      const { violation, fault } = simulator.run(choices.seeded(seed))
      expect({ seed, violation, fault }).toEqual({ seed, violation: undefined, fault: undefined })
    }
  })
})
