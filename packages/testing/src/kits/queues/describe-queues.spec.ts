import type { Assignment, AttemptKey, Beat, HeartbeatMonitor, TaskQueue } from '@bosun/core'
import { InProcessHeartbeatMonitor, InProcessTaskQueue } from '@bosun/runtime'
import { describe, expect, it } from 'vitest'
import { brokenPromises } from '../broken-promises.fixture.ts'
import type { KitPromise } from '../kit-promise.ts'
import { describeHeartbeatMonitor } from './describe-heartbeat-monitor.ts'
import { describeTaskQueue } from './describe-task-queue.ts'
import { heartbeatMonitorPromises } from './heartbeat-monitor-promises.ts'
import { taskQueuePromises } from './task-queue-promises.ts'

describeTaskQueue('InProcessTaskQueue', () => new InProcessTaskQueue())
describeHeartbeatMonitor('InProcessHeartbeatMonitor', () => new InProcessHeartbeatMonitor())

const wrongQueues: Readonly<Record<string, { readonly make: () => TaskQueue; readonly breaks: RegExp }>> = {
  'gives more than it was asked for': {
    make: () =>
      new (class extends InProcessTaskQueue {
        override claim(max: number) {
          return super.claim(max + 1)
        }
      })(),
    breaks: /^an assignment arrives whole/,
  },
  'loses the inputs on the way': {
    make: () =>
      new (class extends InProcessTaskQueue {
        override enqueue(assignments: readonly Assignment[]) {
          super.enqueue(assignments.map((one) => ({ ...one, inputs: {} })))
        }
      })(),
    breaks: /^an assignment arrives whole/,
  },
  'takes one assignment twice': {
    make: () =>
      new (class extends InProcessTaskQueue {
        override enqueue(assignments: readonly Assignment[]) {
          for (const one of assignments) {
            super.cancel([keyOf(one)])
            super.settle(keyOf(one))
            super.enqueue([one])
          }
        }
      })(),
    breaks: /^T-09/,
  },
  'knows no epochs': {
    make: () => {
      const seen = new Set<string>()
      return new (class extends InProcessTaskQueue {
        override enqueue(assignments: readonly Assignment[]) {
          const fresh = assignments.filter(({ task }) => !seen.has(task.id) && seen.add(task.id))
          super.enqueue(fresh)
        }
      })()
    },
    breaks: /^another epoch/,
  },
  'gives an assignment to two claims': {
    make: () => {
      let last: Assignment | undefined
      return new (class extends InProcessTaskQueue {
        override async claim(max: number) {
          const [first, ...others] = await super.claim(max)
          const again = last ?? first
          last = first
          return again === undefined ? [] : [again, ...others]
        }
      })()
    },
    breaks: /^M-45/,
  },
  'tells nobody to stop': {
    make: () =>
      new (class extends InProcessTaskQueue {
        override cancel() {}
      })(),
    breaks: /^what waits is taken back/,
  },
  'goes on telling who no longer listens': {
    make: () =>
      new (class extends InProcessTaskQueue {
        override onCancel(stop: (key: AttemptKey) => void) {
          super.onCancel(stop)
          return () => {}
        }
      })(),
    breaks: /^who no longer listens/,
  },
  'forgets nothing': {
    make: () =>
      new (class extends InProcessTaskQueue {
        override settle() {}
      })(),
    breaks: /^it says of each attempt/,
  },
  'leaves claims waiting when it is closed': {
    make: () =>
      new (class extends InProcessTaskQueue {
        override close() {}
      })(),
    breaks: /^M-46/,
  },
}

const wrongMonitors: Readonly<Record<string, { readonly make: () => HeartbeatMonitor; readonly breaks: RegExp }>> = {
  'drops what comes with a beat': {
    make: () =>
      new (class extends InProcessHeartbeatMonitor {
        override beat({ run, task, epoch }: Beat) {
          super.beat({ run, task, epoch, type: 'beat' })
        }
      })(),
    breaks: /^beats, progress and calls/,
  },
  'tells everybody of every run': {
    make: () =>
      new (class extends InProcessHeartbeatMonitor {
        override beat(beat: Beat) {
          for (const run of new Set(['r', 'other', beat.run])) super.beat({ ...beat, run })
        }
      })(),
    breaks: /^a beat comes to nobody/,
  },
  'knows one watcher': {
    make: () => {
      let end: (() => void) | undefined
      return new (class extends InProcessHeartbeatMonitor {
        override watch(run: string, take: (beat: Beat) => void) {
          end?.()
          end = super.watch(run, take)
          return end
        }
      })()
    },
    breaks: /^several may watch/,
  },
  'goes on after the end of a watch': {
    make: () =>
      new (class extends InProcessHeartbeatMonitor {
        override watch(run: string, take: (beat: Beat) => void) {
          super.watch(run, take)
          return () => {}
        }
      })(),
    breaks: /^who has ended the watch/,
  },
  'keeps beats for later': {
    make: () => {
      const kept: Beat[] = []
      return new (class extends InProcessHeartbeatMonitor {
        override beat(beat: Beat) {
          kept.push(beat)
          super.beat(beat)
        }

        override watch(run: string, take: (beat: Beat) => void) {
          for (const beat of kept) take(beat)
          return super.watch(run, take)
        }
      })()
    },
    breaks: /^a beat that nobody watches/,
  },
}

/** A promise that waits for what a wrong subject never does is broken as well. */
const impatient = <S>(promises: readonly KitPromise<S>[]): readonly KitPromise<S>[] =>
  promises.map(({ title, prove }) => ({
    title,
    prove: (subject) =>
      Promise.race([
        prove(subject),
        new Promise<void>((_, reject) => setTimeout(() => reject(new Error('it never came')), 200).unref()),
      ]),
  }))

describe('the promises of a task queue', () => {
  it.each(Object.entries(wrongQueues))('find a queue that %s', async (_, { make, breaks }) => {
    const broken = await brokenPromises(impatient(taskQueuePromises), make)
    expect(broken).toContainEqual(expect.stringMatching(breaks))
  })
})

describe('the promises of a heartbeat monitor', () => {
  it.each(Object.entries(wrongMonitors))('find a monitor that %s', async (_, { make, breaks }) => {
    const broken = await brokenPromises(impatient(heartbeatMonitorPromises), make)
    expect(broken).toContainEqual(expect.stringMatching(breaks))
  })
})

function keyOf({ run, task, epoch }: Assignment): AttemptKey {
  return { run, task: task.id, epoch }
}
