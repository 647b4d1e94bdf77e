import { BosunError, HeartbeatMonitor, ResultQueue, TaskQueue, type Assignment, type Report } from '@bosun/core'
import { fanOut, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { InProcessHeartbeatMonitor } from '../broker/in-process-heartbeat-monitor.ts'
import { InProcessResultQueue } from '../broker/in-process-result-queue.ts'
import { InProcessTaskQueue } from '../broker/in-process-task-queue.ts'
import { config, echoes, ended, expectClean, gate, of, rebound, untilFact, world } from './world.fixture.ts'

const chain = fanOut({
  name: 'chain',
  start: () => [task('echo', 1, { id: 'a' }), task('echo', 2, { id: 'b', dependsOn: ['a'] })],
})

/** Leases so short that a test can sit them out, and none of it depends on how fast it is. */
const short = { lease: { leaseMs: 60, heartbeatMs: 10 }, retry: { backoffMs: 0 } }

describe('A result queue that misbehaves', () => {
  it('X-07, P6, T-15: a duplicate counts once, and is kept beside', async () => {
    class Twice extends InProcessResultQueue {
      override publish(report: Report): void {
        super.publish(report)
        super.publish({ ...report })
      }
    }
    const { bosun } = await world({ modules: [rebound(ResultQueue, new Twice())] })
    const { end, facts } = await ended(await bosun.run(chain, null, { config: config() }), bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: [1, 2] } })
    expect(of(facts, 'attempt.succeeded').map(({ task: id }) => id)).toEqual(['a', 'b'])
    expect(of(facts, 'result.quarantined').map(({ task: id, kind }) => `${kind} ${id}`)).toContain('result a')
    expectClean(facts)
  })

  it('X-07: the result of an attempt that was given up comes late, and changes nothing', async () => {
    const queue = new InProcessResultQueue()
    const release = gate()
    const worker = defineWorker({
      ...workerParts,
      run: async ({ body }, { attempt }) => {
        if (attempt.epoch === 1) await release.opened
        return `${attempt.epoch}: ${JSON.stringify(body)}`
      },
    })
    const { bosun } = await world({
      workers: [worker],
      modules: [rebound(ResultQueue, queue), rebound(HeartbeatMonitor, deaf())],
    })
    const one = fanOut({ name: 'one', start: () => [task('echo', 'x', { id: 'a' }), task('echo', 'y', { id: 'b' })] })
    const run = await bosun.run(one, null, { config: config({ ...short, limits: { slotsMax: 2 } }) })
    await untilFact(run, 'task.succeeded', ({ task: id }) => id === 'a')
    queue.publish({ run: run.run, task: 'a', epoch: 1, type: 'result', result: 'late', outputs: [] })
    const { end, facts } = await ended(run, bosun.journal)
    release.open()
    expect(end).toMatchObject({ type: 'run.completed', result: { result: ['2: "x"', '2: "y"'] } })
    expect(of(facts, 'attempt.lost').map(({ error }) => error.code)).toEqual(['BEAT_MISSED', 'BEAT_MISSED'])
    expectClean(facts)
  })

  it('T-32, M-15: what is no report, or of another run, is recorded as a violation and not guessed at', async () => {
    const queue = new InProcessResultQueue()
    const hold = gate()
    const worker = defineWorker({ ...workerParts, run: async ({ body }) => hold.opened.then(() => body) })
    const { bosun } = await world({ workers: [worker], modules: [rebound(ResultQueue, queue)] })
    const run = await bosun.run(echoes, 1, { run: 'r', config: config() })
    await untilFact(run, 'attempt.started')
    const forged = [
      { run: 'r', task: 'e0', epoch: 1, type: 'delegate', tasks: [] },
      { run: 'r', task: 'e0', epoch: 1, type: 'error' },
      { run: 'r', task: 'e0', epoch: 1, type: 'error', error: { code: 'NO_SUCH_CODE', message: '' } },
      { run: 'r', task: 'e0', epoch: 1, type: 'result', result: 1 },
      { run: 'r', task: 'e0', epoch: '1', type: 'started', host: 'h' },
      { run: 'r', task: 'nobody', epoch: 1, type: 'result', result: 1, outputs: [] },
      { run: 'r', epoch: 1, type: 'discovered', item: 1 },
    ]
    for (const report of forged) queue.publish(report as unknown as Report)
    await untilFact(run, 'violation.recorded', ({ error }) => error.message.includes('a undefined'))
    hold.open()
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: [0] } })
    expect(of(facts, 'violation.recorded').map(({ error }) => error.code)).toEqual(forged.map(() => 'MESSAGE_FORGED'))
    expectClean(facts)
  })
})

describe('A task queue that misbehaves', () => {
  it('M-51, M-53, P7: an assignment that it loses is missed by its lease, and assigned again', async () => {
    class Losing extends InProcessTaskQueue {
      override enqueue(assignments: readonly Assignment[]): void {
        super.enqueue(assignments.filter(({ epoch }) => epoch > 1))
      }
    }
    const { bosun } = await world({ modules: [rebound(TaskQueue, new Losing())] })
    const { end, facts } = await ended(await bosun.run(chain, null, { config: config(short) }), bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: [1, 2] } })
    const lost = of(facts, 'attempt.lost')
    expect(lost.map(({ task: id, error, started }) => `${id} ${error.code} ${started}`)).toEqual([
      'a BEAT_MISSED false',
      'b BEAT_MISSED false',
    ])
    // S13: no lease ran out early.
    for (const { at, evidence } of lost) expect(at).toBeGreaterThanOrEqual(evidence.deadline)
    expectClean(facts)
  })

  it('an assignment that it hands out twice runs once', async () => {
    class Twice extends InProcessTaskQueue {
      override enqueue(assignments: readonly Assignment[]): void {
        super.enqueue([...assignments, ...assignments])
        super.enqueue(assignments)
      }
    }
    const calls: string[] = []
    const worker = defineWorker({
      ...workerParts,
      run: ({ body }, { attempt }) => {
        calls.push(attempt.id)
        return body
      },
    })
    const { bosun } = await world({ workers: [worker], modules: [rebound(TaskQueue, new Twice())] })
    const { end } = await ended(await bosun.run(chain, null, { run: 'r', config: config() }), bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed' })
    expect(calls).toEqual(['r/a@1', 'r/b@1'])
  })

  it.each(['at once', 'later'])('an assignment that it refuses %s is a lost attempt with the reason', async (when) => {
    class Refusing extends InProcessTaskQueue {
      override enqueue(assignments: readonly Assignment[]): Promise<void> | void {
        if (assignments.some(({ epoch }) => epoch === 1)) {
          const error = new Error('the engine is down')
          if (when === 'later') return Promise.reject(error)
          throw error
        }
        super.enqueue(assignments)
      }
    }
    const { bosun } = await world({ modules: [rebound(TaskQueue, new Refusing())] })
    const { end, facts } = await ended(await bosun.run(chain, null, { config: config() }), bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: [1, 2] } })
    expect(of(facts, 'attempt.lost').map(({ error }) => error.message)).toEqual(
      ['a', 'b'].map(() => expect.stringContaining('the engine is down')),
    )
    expectClean(facts)
  })

  it('a stop that it refuses is recorded, and the run ends all the same', async () => {
    class Refusing extends InProcessTaskQueue {
      override cancel(): Promise<void> {
        return Promise.reject(new BosunError('INTERNAL', { received: 'the engine is down' }))
      }
    }
    const hold = gate()
    const worker = defineWorker({ ...workerParts, run: async ({ body }) => hold.opened.then(() => body) })
    const { bosun } = await world({ workers: [worker], modules: [rebound(TaskQueue, new Refusing())] })
    const run = await bosun.run(chain, null, { config: config() })
    await untilFact(run, 'attempt.started')
    await run.cancel('enough')
    hold.open()
    expect((await run.outcome).end?.type).toBe('run.cancelled')
  })
})

const workerParts = { name: 'echo', handles: 'echo', summary: 'Returns its body.', body: z.json(), result: z.json() }

/** A source of beats that loses all of them. */
function deaf(): HeartbeatMonitor {
  class Deaf extends InProcessHeartbeatMonitor {
    override beat(): void {}
  }
  return new Deaf()
}
