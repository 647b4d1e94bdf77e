import { setTimeout as sleep } from 'node:timers/promises'
import { FileError } from '@bosun/sdk'

/** Waits before each further try, in ms. */
const AGAIN_AFTER_MS = [50, 200, 800]

/**
 * Does something to files that may be done twice, and again where the operating system refuses a write or
 * a sync: a task that has a result should not fail for a disk that is full for a moment. Gives up after
 * about a second.
 */
export async function againIfDiskRefuses<T>(work: () => Promise<T>): Promise<T> {
  for (const afterMs of AGAIN_AFTER_MS) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      return await work()
    } catch (error) {
      if (!FileError.is(error) || error.code !== 'FILE_IO') throw error
      // oxlint-disable-next-line no-await-in-loop
      await sleep(afterMs)
    }
  }
  return work()
}
