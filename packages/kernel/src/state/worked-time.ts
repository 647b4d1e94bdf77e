import type { LiveAttempt } from './task-record.ts'

/** How long an attempt has worked: what it waits for people does not count. */
export function workedMs(live: LiveAttempt, at: number): number {
  return now(live, at) - live.assignedAt - live.waitedMs
}

/** How long it has shown no progress, counted likewise. */
export function sinceProgressMs(live: LiveAttempt, at: number): number {
  return Math.max(0, now(live, at) - live.lastProgress)
}

/** Time stands still for an attempt that waits. */
function now({ waits, waitsSince }: LiveAttempt, at: number): number {
  return waits > 0 ? waitsSince : at
}
