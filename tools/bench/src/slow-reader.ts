import { measuredIn } from './measuring-child.ts'
import type { SlowReading } from './slow-reader-child.ts'

/** What it comes to that somebody reads slowly. */
export interface SlowReaderReport extends Omit<SlowReading, 'faults'> {
  readonly tasks: number
  readonly faults: readonly string[]
}

/** For 10,000 tasks. */
const GROWN_MIB_MAX = 64

/**
 * Streams the outcomes and partial results of tasks that do nothing to loops that cannot keep up, and to an
 * observer that throws, and watches the memory of the process. Every outcome has to be read once, in the
 * order of the log.
 */
export async function slowReader(count: number, tell: (done: number) => void = () => {}): Promise<SlowReaderReport> {
  const child = new URL('./slow-reader-child.ts', import.meta.url)
  const { faults, ...reading } = await measuredIn<SlowReading>(child, [`${count}`], tell)
  const { grownMiB } = reading
  const isBounded = grownMiB < GROWN_MIB_MAX
  return { tasks: count, ...reading, faults: isBounded ? faults : [...faults, `the process grew by ${grownMiB} MiB`] }
}
