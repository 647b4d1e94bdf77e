import type { KernelState } from './kernel-state.ts'

/** Width of the window of `startsPerSecondMax`. */
export const RATE_WINDOW_MS = 1_000

/** Counts an assignment for the start rate, and forgets those that have left the window. */
export function countStart(state: KernelState, at: number): void {
  const { starts } = state
  const last = starts.at(-1)
  if (last !== undefined && last.at === at) last.count += 1
  else starts.push({ at, count: 1 })
  state.startsCount += 1
  for (
    let head = starts[state.startsHead];
    head !== undefined && head.at <= at - RATE_WINDOW_MS;
    head = starts[state.startsHead]
  ) {
    state.startsCount -= head.count
    state.startsHead += 1
  }
  // Dropped in bulk, so that the list stays near the length of its window.
  if (state.startsHead > RATE_WINDOW_MS) {
    starts.splice(0, state.startsHead)
    state.startsHead = 0
  }
}
