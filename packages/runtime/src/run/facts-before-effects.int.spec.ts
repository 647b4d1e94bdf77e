import { Journal, ResultQueue, TaskQueue, Telemetry, type AttemptKey } from '@bosun/core'
import { fanOut, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { InProcessResultQueue } from '../broker/in-process-result-queue.ts'
import { InProcessTaskQueue } from '../broker/in-process-task-queue.ts'
import { MemoryJournal } from '../journal/memory-journal.ts'
import { OutputPublisher } from './run-ports.ts'
import { config, echo, expectClean, of, rebound, stored, world, write } from './world.fixture.ts'
import { WrappedJournal } from './wrapped-journal.fixture.ts'

/** What became durable and what left the manager, in the order in which it did. */
type Story = string[]

const page = defineWorker({
  name: 'page',
  handles: 'page',
  summary: 'Writes a page.',
  body: z.string(),
  result: z.string(),
  tools: { write },
  async run({ body }, { tools }) {
    await tools.write({ path: body, text: body })
    return body
  },
})

const manager = fanOut({
  name: 'pages',
  progress: true,
  start: () => [
    task('page', 'a', { id: 'a', outputs: ['a'] }),
    task('page', 'b', { id: 'b', outputs: ['b'], dependsOn: ['a'] }),
    task('echo', 'c', { id: 'c', dependsOn: ['b'] }),
  ],
})

const of1 = ({ task: id, epoch }: { task: string; epoch: number }) => `${id}@${epoch}`

/** A journal whose appends are noted once they are done, each some passes of the event loop late. */
function slowJournal(story: Story): WrappedJournal {
  const journal = new WrappedJournal(new MemoryJournal())
  let appends: Promise<void> = Promise.resolve()
  journal.onAppend = (facts, write) => {
    const earlier = appends
    appends = (async () => {
      await earlier
      for (let pass = 0; pass < 3; pass += 1) await new Promise((resolve) => setImmediate(resolve))
      await write()
      for (const fact of facts) {
        if ('epoch' in fact) story.push(`${fact.type} ${of1(fact)}`)
        story.push(`fact ${fact.seq}`)
      }
    })()
    return appends
  }
  return journal
}

class NotedTasks extends InProcessTaskQueue {
  readonly story: Story
  constructor(story: Story) {
    super()
    this.story = story
  }
  override enqueue(...[assignments]: Parameters<InProcessTaskQueue['enqueue']>): void {
    for (const { task: spec, epoch } of assignments) this.story.push(`enqueued ${spec.id}@${epoch}`)
    super.enqueue(assignments)
  }
}

class NotedResults extends InProcessResultQueue {
  readonly story: Story
  constructor(story: Story) {
    super()
    this.story = story
  }
  override ack(...[reports]: Parameters<InProcessResultQueue['ack']>): void {
    for (const report of reports) this.story.push(`acked ${report.type} ${of1(report)}`)
    super.ack(reports)
  }
}

describe('R1: facts before effects', () => {
  it('lets nothing leave the manager before the fact behind it is durable', async () => {
    const story: Story = []
    const publisher: OutputPublisher = {
      publish: async (attempt: AttemptKey, outputs) => {
        story.push(`published ${of1(attempt)}`)
        return outputs.map((path) => ({ path, hash: 'sha256-0', bytes: 1 }))
      },
    }
    const seen: number[] = []
    const telemetry: Telemetry = {
      facts: (_run, facts) => {
        for (const { seq } of facts) if (seq > 0) story.push(`told ${seq}`)
      },
    }
    const { bosun } = await world({
      workers: [page, echo],
      modules: [
        rebound(Journal, slowJournal(story)),
        rebound(TaskQueue, new NotedTasks(story)),
        rebound(ResultQueue, new NotedResults(story)),
        rebound(OutputPublisher, publisher),
        rebound(Telemetry, telemetry),
      ],
    })
    const run = await bosun.run(manager, null, { config: config() })
    run.facts$.subscribe(({ seq }) => seen.push(seq))
    run.partial$.subscribe(() => story.push('partial'))
    expect(await run.result).toMatchObject({ result: ['a', 'b', 'c'] })

    const facts = await stored(bosun.journal, run.run)
    for (const [effect, cause] of [
      ['enqueued a@1', 'task.assigned a@1'],
      ['enqueued b@1', 'task.assigned b@1'],
      ['enqueued c@1', 'task.assigned c@1'],
      ['acked started a@1', 'attempt.started a@1'],
      ['acked result a@1', 'attempt.succeeded a@1'],
      ['acked result c@1', 'attempt.succeeded c@1'],
      ['published a@1', 'attempt.succeeded a@1'],
      ['published b@1', 'attempt.succeeded b@1'],
      ['enqueued b@1', 'task.succeeded a@1'],
      ['partial', 'task.succeeded a@1'],
      ...facts.map(({ seq }) => [`told ${seq}`, `fact ${seq}`]),
    ] as [string, string][]) {
      const places = { effect, at: story.indexOf(effect), cause, after: story.indexOf(cause) }
      expect(places).toEqual({ ...places, at: expect.toSatisfy((at) => at > places.after && places.after >= 0) })
    }
    // What readers are told is the log: whole, in order, each once.
    expect(seen.filter((seq) => seq > 0)).toEqual(facts.map(({ seq }) => seq))
    expect(story.filter((line) => line.startsWith('told'))).toEqual(facts.map(({ seq }) => `told ${seq}`))
    expectClean(facts)
  })

  it('goes on deciding while appends are in flight, and appends in order', async () => {
    const story: Story = []
    const { bosun } = await world({ modules: [rebound(Journal, slowJournal(story))] })
    const tasks = Array.from({ length: 40 }, (_, index) => task('echo', index, { id: `t${index}` }))
    const run = await bosun.run(fanOut({ name: 'many', start: () => tasks }), null, { config: config() })
    expect(await run.result).toMatchObject({ result: tasks.map(({ body }) => body) })
    const facts = await stored(bosun.journal, run.run)
    expect(of(facts, 'task.succeeded')).toHaveLength(40)
    expectClean(facts)
  })
})
