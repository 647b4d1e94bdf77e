import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, type ProcessIdentity } from './process-identity.ts'

/** How long a killed process may take to go. */
const GONE_WITHIN_MS = 5_000
const LOOK_EVERY_MS = 5

/** A host as the journal records it. */
export interface RecordedHost extends ProcessIdentity {
  readonly host: string
  readonly group: number
}

/**
 * Kills the process groups of hosts that an earlier manager has left behind, and waits until they are
 * gone. A process that merely has the same number now is left alone: boot id and start time tell.
 *
 * @returns the hosts that still lived
 */
export async function killHostGroups(recorded: readonly RecordedHost[]): Promise<readonly string[]> {
  const killed = await Promise.all(
    recorded.map(async (host) => {
      if (!(await isAlive(host)) || !killGroup(host.group)) return undefined
      for (let waitedMs = 0; waitedMs < GONE_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
        // One look after the other: there is no event for the end of a process that is not our child.
        // oxlint-disable-next-line no-await-in-loop
        if (!(await isAlive(host))) break
        // oxlint-disable-next-line no-await-in-loop
        await sleep(LOOK_EVERY_MS)
      }
      return host.host
    }),
  )
  return killed.filter((host) => host !== undefined)
}

/** Kills a process group at once. False when there is none. */
export function killGroup(group: number): boolean {
  // 0 and 1 would mean our own group and every process.
  if (!Number.isSafeInteger(group) || group <= 1) return false
  try {
    process.kill(-group, 'SIGKILL')
    return true
  } catch {
    return false
  }
}
