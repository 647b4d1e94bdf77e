import type { Assignment, Report } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { InProcessHeartbeatMonitor } from './in-process-heartbeat-monitor.ts'
import { InProcessResultQueue } from './in-process-result-queue.ts'
import { InProcessSignals } from './in-process-signals.ts'
import { InProcessTaskQueue } from './in-process-task-queue.ts'
import { assignment } from './workers-side.fixture.ts'

const given = (id: string): Assignment => assignment('w', { id })
const key = (task: string, epoch = 1) => ({ run: 'r', task, epoch })
const report = (task: string): Report => ({ ...key(task), type: 'started', host: 'h' })
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('InProcessTaskQueue', () => {
  it('M-45: serves waiting claims in turn, none an assignment of another', async () => {
    const queue = new InProcessTaskQueue()
    const claims = [queue.claim(1), queue.claim(2), queue.claim(5)]
    queue.enqueue(['a', 'b', 'c', 'd'].map((id) => given(id)))
    expect((await Promise.all(claims)).map((batch) => batch.map(({ task }) => task.id))).toEqual([
      ['a'],
      ['b', 'c'],
      ['d'],
    ])
  })

  it('M-46: a closed queue answers every claim with nothing', async () => {
    const queue = new InProcessTaskQueue()
    const waiting = queue.claim(1)
    queue.close()
    expect(await waiting).toEqual([])
    queue.enqueue([given('a')])
    expect(await queue.claim(1)).toEqual([])
  })
})

describe('InProcessResultQueue', () => {
  it('delivers all reports of a turn as one batch, in order, in the next turn', async () => {
    const queue = new InProcessResultQueue()
    const batches: string[][] = []
    queue.consume('r', (reports) => batches.push(reports.map(({ task }) => task)))
    queue.publish(report('a'))
    queue.publish(report('b'))
    expect(batches).toEqual([])
    await turn()
    queue.publish(report('c'))
    await turn()
    expect(batches).toEqual([['a', 'b'], ['c']])
  })

  it('M-37: delivers what was not acknowledged again, first, to the next consumer', async () => {
    const queue = new InProcessResultQueue()
    const end = queue.consume('r', (reports) => queue.ack(reports.filter(({ task }) => task === 'b')))
    for (const task of ['a', 'b', 'c']) queue.publish(report(task))
    await turn()
    end()
    queue.publish(report('d'))
    const again: string[] = []
    queue.consume('r', (reports) => again.push(...reports.map(({ task }) => task)))
    await turn()
    expect(again).toEqual(['a', 'c', 'd'])
  })

  it('keeps a bounded number of reports of a run that nobody consumes, and counts the rest', () => {
    const queue = new InProcessResultQueue()
    for (let index = 0; index < 10_003; index += 1) queue.publish(report(`t${index}`))
    expect(queue.droppedCount).toBe(3)
    queue.forget('r')
    queue.publish(report('a'))
    expect(queue.droppedCount).toBe(3)
  })

  it('has one consumer per run', () => {
    const queue = new InProcessResultQueue()
    queue.consume('r', () => {})
    expect(() => queue.consume('r', () => {})).toThrow('consumer')
  })
})

describe('InProcessHeartbeatMonitor and InProcessSignals', () => {
  it('hands beats to the watchers of their run until they end', () => {
    const monitor = new InProcessHeartbeatMonitor()
    const seen: string[] = []
    const end = monitor.watch('r', (beat) => seen.push(beat.task))
    monitor.beat({ ...key('a'), type: 'beat' })
    monitor.beat({ ...key('b'), run: 'other', type: 'beat' })
    end()
    monitor.beat({ ...key('c'), type: 'beat' })
    expect(seen).toEqual(['a'])
  })

  it('wakes a subscriber once for all signals of a turn', async () => {
    const signals = new InProcessSignals()
    let wakes = 0
    const end = signals.subscribe('topic', () => (wakes += 1))
    signals.publish('topic')
    signals.publish('topic')
    signals.publish('other')
    await turn()
    end()
    signals.publish('topic')
    await turn()
    expect(wakes).toBe(1)
  })
})
