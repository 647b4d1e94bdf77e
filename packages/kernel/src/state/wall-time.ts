import type { KernelState } from './kernel-state.ts'

/** When the time of the run is used up. While it is paused, none of it is. */
export function wallEndsAt({ paused, startedAt, pausedMs, config }: KernelState): number {
  return paused ? Infinity : startedAt + pausedMs + config.limits.wallTimeMs
}
