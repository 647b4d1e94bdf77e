import {
  BosunError,
  Clock,
  HeartbeatMonitor,
  Journal,
  Manager,
  ModelRegistry,
  Random,
  ResultQueue,
  Strategy,
  TaskQueue,
  Telemetry,
  ToolGateway,
  Worker,
  type Assignment,
  type Beat,
  type Grant,
} from '@bosun/core'
import { composeStrategy, priority } from '@bosun/kernel'
import { fanOut, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { ContainerModule, type ServiceIdentifier } from 'inversify'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { InProcessHeartbeatMonitor } from '../broker/in-process-heartbeat-monitor.ts'
import { InProcessResultQueue } from '../broker/in-process-result-queue.ts'
import { InProcessTaskQueue } from '../broker/in-process-task-queue.ts'
import { MemoryJournal } from '../journal/memory-journal.ts'
import { OutputPublisher, WorkerSide } from '../run/run-ports.ts'
import { SystemClock } from '../run/system-clock.ts'
import { config, expectClean, stored, world, write } from '../run/world.fixture.ts'

const page = defineWorker({
  name: 'page',
  handles: 'page',
  summary: 'Writes a page.',
  body: z.string(),
  result: z.string(),
  tools: { write },
  async run({ body }, { tools, progress }) {
    progress('writing')
    await tools.write({ path: `${body}.html`, text: body })
    return body.toUpperCase()
  },
})

/** The one job that every world has to do. */
const pages = fanOut({
  name: 'pages',
  start: () => [
    task('page', 'mars', { id: 'mars', outputs: ['mars.html'] }),
    task('page', 'moon', { id: 'moon', outputs: ['moon.html'], priority: 1 }),
    task('page', 'index', { id: 'index', outputs: ['index.html'], dependsOn: ['mars', 'moon'] }),
  ],
})

/** What a swapped port was asked, by the names of its methods. */
type Asked = Set<string>

/** A port with a hand on each call; behind it, a real one. */
function noted<T extends object>(real: T, asked: Asked): T {
  return new Proxy(real, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        asked.add(String(name))
        return member.apply(target, args) as unknown
      }
    },
  })
}

async function job(contract: ServiceIdentifier, value: unknown, more: Parameters<typeof config>[0] = {}) {
  const module = new ContainerModule(({ bind }) => {
    bind(contract).toConstantValue(value)
  })
  const { bosun, container } = await world({ workers: contract === Worker ? [] : [page], modules: [module] })
  const run = await bosun.run(pages, null, { config: config(more) })
  expect(await run.result).toMatchObject({ result: ['MARS', 'MOON', 'INDEX'] })
  const facts = await stored(container.get(Journal), run.run)
  expectClean(facts)
  return { run, facts, container }
}

describe('A later module swaps one part of the world, and the same job runs with', () => {
  it('Clock', async () => {
    const asked: Asked = new Set()
    await job(Clock, noted(new SystemClock(), asked))
    expect(asked).toEqual(new Set(['now', 'wakeAt']))
  })

  it('Random', async () => {
    const { run } = await job(Random, { next: () => 0, id: () => 'the-one-run' } satisfies Random)
    expect(run.run).toBe('the-one-run')
  })

  it('Journal', async () => {
    const asked: Asked = new Set()
    await job(Journal, noted(new MemoryJournal(), asked))
    expect([...asked]).toEqual(expect.arrayContaining(['acquire', 'append', 'watchCommands', 'release']))
  })

  it('TaskQueue', async () => {
    const sent: Assignment[] = []
    class Mine extends InProcessTaskQueue {
      override enqueue(assignments: readonly Assignment[]): void {
        sent.push(...assignments)
        super.enqueue(assignments)
      }
    }
    await job(TaskQueue, new Mine())
    expect(sent.map(({ task: { id } }) => id)).toEqual(['mars', 'moon', 'index'])
    // T-26: what comes after is given what came before.
    expect({ ...sent[2]?.inputs }).toEqual({ mars: 'MARS', moon: 'MOON' })
  })

  it('TaskQueue, one that answers later', async () => {
    class Later extends InProcessTaskQueue {
      override async enqueue(assignments: readonly Assignment[]): Promise<void> {
        await Promise.resolve()
        super.enqueue(assignments)
      }
    }
    const { facts } = await job(TaskQueue, new Later())
    expect(facts.filter(({ type }) => type === 'attempt.lost')).toEqual([])
  })

  it('ResultQueue', async () => {
    const asked: Asked = new Set()
    await job(ResultQueue, noted(new InProcessResultQueue(), asked))
    expect(asked).toEqual(new Set(['consume', 'publish', 'ack']))
  })

  it('HeartbeatMonitor', async () => {
    const beats: Beat[] = []
    class Mine extends InProcessHeartbeatMonitor {
      override beat(beat: Beat): void {
        beats.push(beat)
        super.beat(beat)
      }
    }
    await job(HeartbeatMonitor, new Mine())
    expect(beats.map(({ type, task: id }) => `${type} ${id}`)).toContain('progress index')
  })

  it('ToolGateway', async () => {
    const calls: string[] = []
    const grants = new Map<string, Grant>()
    const gateway: ToolGateway = {
      open: (grant) => grants.set(grant.attempt.task, grant),
      close: ({ task: id }) => grants.delete(id),
      answer: () => {},
      call: async (attempt, name, input) => {
        calls.push(`${name} ${attempt.task}`)
        const { mkdirSync, writeFileSync } = await import('node:fs')
        const { path, text } = input as { path: string; text: string }
        const staging = grants.get(attempt.task)?.staging ?? ''
        mkdirSync(staging, { recursive: true })
        writeFileSync(`${staging}/${path}`, text)
        return null
      },
    }
    await job(ToolGateway, gateway)
    expect(calls).toEqual(['write mars', 'write moon', 'write index'])
  })

  it('ModelRegistry', async () => {
    const { container } = await job(ModelRegistry, { resolve: (name) => ({ name }) as never } satisfies ModelRegistry)
    expect(container.get(ModelRegistry).resolve('fast')).toEqual({ name: 'fast' })
  })

  it('T-16: Strategy', async () => {
    const urgent = composeStrategy({ name: 'urgent', order: priority, guarantees: ['priority'] })
    const { facts } = await job(Strategy, urgent, { strategy: 'urgent', limits: { slotsMax: 1 } })
    const order = facts.flatMap((fact) => (fact.type === 'task.assigned' ? [`${fact.task} by ${fact.rule}`] : []))
    expect(order).toEqual(['moon', 'mars', 'index'].map((id) => `${id} by priority/first-fit`))
  })

  it('OutputPublisher', async () => {
    const published: string[] = []
    const publisher: OutputPublisher = {
      publish: async (_attempt, outputs) => {
        published.push(...outputs)
        return outputs.map((path) => ({ path, hash: 'sha256-0', bytes: 0 }))
      },
    }
    await job(OutputPublisher, publisher)
    expect(published.toSorted()).toEqual(['index.html', 'mars.html', 'moon.html'])
  })

  it('Telemetry, one that fails included', async () => {
    const told: number[] = []
    const failing: Telemetry = {
      facts: (_run, facts) => {
        told.push(...facts.map(({ seq }) => seq).filter((seq) => seq > 0))
        throw new Error('the collector is down')
      },
    }
    const { facts } = await job(Telemetry, failing)
    expect(told).toEqual(facts.map(({ seq }) => seq))
  })

  it('Telemetry, one that fails later', async () => {
    let told = 0
    await job(Telemetry, {
      facts: () => {
        told += 1
        return Promise.reject(new Error('the collector is down')) as never
      },
    })
    expect(told).toBeGreaterThan(1)
  })

  it('Worker', async () => {
    const { container } = await job(Worker, page)
    expect(container.getAll(Worker)).toEqual([page])
  })

  it('Manager, which a resumed run finds by name', async () => {
    const { container } = await job(Manager, pages)
    expect(container.getAll(Manager)).toEqual([pages])
  })

  it('WorkerSide', async () => {
    // No pool and no queue of ours: a side that answers each assignment by itself.
    const results = new InProcessResultQueue()
    const answering = {
      enqueue(assignments: readonly Assignment[]) {
        for (const { run, task: spec, epoch } of assignments) {
          results.publish({ run, task: spec.id, epoch, type: 'started', host: 'mine' })
          results.publish({
            run,
            task: spec.id,
            epoch,
            type: 'result',
            result: String(spec.body).toUpperCase(),
            outputs: [],
          })
        }
      },
      cancel: () => {},
      claim: () => Promise.resolve([]),
      onCancel: () => () => {},
      settle: () => {},
      inspect: () => Promise.resolve([]),
      close: () => {},
    } satisfies TaskQueue
    const side: WorkerSide = {
      entries: [page.entry],
      door: { prepare: async (tasks) => tasks.map(({ id }) => ({ id })) },
      onHostStarted: () => () => {},
      killHosts: async () => {},
      narrowIn: () => () => {},
      answer: () => {},
      start: () => {},
      close: async () => {},
    }
    const module = new ContainerModule(({ bind }) => {
      bind(WorkerSide).toConstantValue(side)
      bind(TaskQueue).toConstantValue(answering)
      bind(ResultQueue).toConstantValue(results)
    })
    const { bosun } = await world({ workers: [], modules: [module] })
    const run = await bosun.run(pages, null, { config: config() })
    expect(await run.result).toMatchObject({ result: ['MARS', 'MOON', 'INDEX'] })
    expectClean(await stored(bosun.journal, run.run))
  })

  it('a model registry that knows none by default', async () => {
    const { container } = await world()
    expect(() => container.get(ModelRegistry).resolve('fast')).toThrow(BosunError)
  })
})
