import type { Beat, HeartbeatMonitor } from '@bosun/core'
import { expect } from 'vitest'
import type { KitPromise } from '../kit-promise.ts'

const beat = (task: string, run = 'r'): Beat => ({ run, task, epoch: 1, type: 'beat' })
const tasksOf = (beats: readonly Beat[]) => beats.map(({ task }) => task)

/** Watches a run, and can wait for the beat of a task. */
function watcher(monitor: HeartbeatMonitor, run: string) {
  const beats: Beat[] = []
  const wakes = new Set<() => void>()
  const end = monitor.watch(run, (one) => {
    beats.push(one)
    for (const wake of wakes) wake()
  })
  const heard = (task: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (tasksOf(beats).includes(task)) resolve()
      }
      wakes.add(look)
      look()
    })
  return { beats, end, heard }
}

/** What a source of beats promises while nothing is lost. */
export const heartbeatMonitorPromises: readonly KitPromise<HeartbeatMonitor>[] = [
  {
    title: 'beats, progress and calls come to who watches their run, whole and in order',
    async prove(monitor) {
      const watched = watcher(monitor, 'r')
      const sent: Beat[] = [
        beat('a'),
        { run: 'r', task: 'a', epoch: 2, type: 'progress', note: 'half', done: 1, total: 2 },
        { run: 'r', task: 'a', epoch: 2, type: 'called', tool: 'files.read', name: 'read', ms: 3 },
        beat('last'),
      ]
      for (const one of sent) monitor.beat(one)
      await watched.heard('last')
      expect(watched.beats).toEqual(sent)
    },
  },
  {
    title: 'a beat comes to nobody who watches another run',
    async prove(monitor) {
      const [one, other] = [watcher(monitor, 'r'), watcher(monitor, 'other')]
      monitor.beat(beat('a'))
      monitor.beat(beat('b', 'other'))
      await Promise.all([one.heard('a'), other.heard('b')])
      expect([tasksOf(one.beats), tasksOf(other.beats)]).toEqual([['a'], ['b']])
    },
  },
  {
    title: 'several may watch one run',
    async prove(monitor) {
      const watched = [watcher(monitor, 'r'), watcher(monitor, 'r')]
      monitor.beat(beat('a'))
      await Promise.all(watched.map(({ heard }) => heard('a')))
      expect(watched.map(({ beats }) => beats.length)).toEqual([1, 1])
    },
  },
  {
    title: 'who has ended the watch hears nothing more, and the others go on',
    async prove(monitor) {
      const [one, other] = [watcher(monitor, 'r'), watcher(monitor, 'r')]
      monitor.beat(beat('a'))
      await Promise.all([one.heard('a'), other.heard('a')])
      one.end()
      one.end()
      monitor.beat(beat('b'))
      await other.heard('b')
      expect([tasksOf(one.beats), tasksOf(other.beats)]).toEqual([['a'], ['a', 'b']])
    },
  },
  {
    title: 'a beat that nobody watches does no harm, and comes to nobody later',
    async prove(monitor) {
      monitor.beat(beat('early'))
      const watched = watcher(monitor, 'r')
      monitor.beat(beat('a'))
      await watched.heard('a')
      expect(tasksOf(watched.beats)).toEqual(['a'])
    },
  },
]
