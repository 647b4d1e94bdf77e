import type { MemoryCurve } from './memory-child.ts'
import { measuredIn } from './measuring-child.ts'

/** How the memory of a process grows with the tasks that it has done. */
export interface MemoryReport {
  readonly tasks: number
  /** From run to run, in KiB for 10,000 tasks: what is over leaves next to nothing behind. */
  readonly betweenRunsKiB: number
  /** The heap within one run, in KiB for 10,000 tasks: its graph is there from the start. */
  readonly withinRunHeapKiB: number
  readonly faults: readonly string[]
}

const KIB_MAX = 1_024
const STEP = 10_000
/** Runs of 10,000 tasks before the process is warm. */
const WARM_UPS = 2
const CHILD = new URL('./memory-child.ts', import.meta.url)

/** Does so many tasks in runs of 10,000, then in one run, and follows the resident set (P18). */
export async function memory(tasks: number, tell: (done: number) => void = () => {}): Promise<MemoryReport> {
  const { betweenRuns, withinRun } = await measuredIn<MemoryCurve>(CHILD, [`${tasks}`], tell)
  const betweenRunsKiB = Math.round(slope(betweenRuns.slice(WARM_UPS)) / 1_024)
  const withinRunHeapKiB = Math.round((slope(withinRun.slice(1)) / 1_024) * (STEP / (tasks / 10)))
  const isFlat = betweenRunsKiB < KIB_MAX
  return {
    tasks,
    betweenRunsKiB,
    withinRunHeapKiB,
    faults: isFlat ? [] : [`the process grows by ${betweenRunsKiB} KiB for 10,000 tasks`],
  }
}

/** By how much a value rises from one place to the next: the line that fits best. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length
  const [rise, run] = values.reduce(
    ([r, n], one, at) => [r + (at - middle) * (one - mean), n + (at - middle) ** 2],
    [0, 0],
  )
  return rise / run
}
