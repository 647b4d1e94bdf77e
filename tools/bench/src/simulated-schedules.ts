import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { median } from './measure.ts'
import type { ScheduleOrder, ScheduleRate } from './schedules-thread.ts'

const THREADS = 2
const ROUNDS = 5

/** How many simulated schedules a second two threads run, judged and not. */
export interface SchedulesReport {
  readonly kind: ScheduleOrder['kind']
  /** With all core invariants on. */
  readonly judgedPerSecond: number
  readonly unjudgedPerSecond: number
  readonly factsPerSchedule: number
  readonly failures: number
}

/** Runs schedules on two threads at once, with the core invariants and without, in turns. */
export async function simulatedSchedules(kind: ScheduleOrder['kind'], count: number): Promise<SchedulesReport> {
  const judged: number[] = []
  const unjudged: number[] = []
  let [facts, failures] = [0, 0]
  for (let round = 0; round < ROUNDS; round += 1) {
    // oxlint-disable no-await-in-loop
    const one = await rates({ kind, count, isJudged: true, from: 1 + round * count * THREADS })
    const other = await rates({ kind, count, isJudged: false, from: 1 + round * count * THREADS })
    // oxlint-enable no-await-in-loop
    judged.push(perSecond(one, count))
    unjudged.push(perSecond(other, count))
    facts = one.reduce((sum, rate) => sum + rate.facts, 0) / (count * THREADS)
    failures += one.reduce((sum, rate) => sum + rate.failures, 0)
  }
  return {
    kind,
    judgedPerSecond: median(judged),
    unjudgedPerSecond: median(unjudged),
    factsPerSchedule: facts,
    failures,
  }
}

async function rates(order: ScheduleOrder): Promise<ScheduleRate[]> {
  const url = new URL('./schedules-thread.ts', import.meta.url)
  const threads = Array.from(
    { length: THREADS },
    (_, index) => new Worker(url, { workerData: { ...order, from: order.from + index * order.count } }),
  )
  await Promise.all(threads.map((thread) => once(thread, 'message')))
  // Both are warm: now they run side by side.
  const answers = threads.map(async (thread) => {
    const answer = once(thread, 'message')
    // A thread has no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    thread.postMessage('go')
    const [rate] = (await answer) as [ScheduleRate]
    await thread.terminate()
    return rate
  })
  return Promise.all(answers)
}

function perSecond(rates: readonly ScheduleRate[], count: number): number {
  return rates.reduce((sum, { ms }) => sum + (count * 1_000) / ms, 0)
}
