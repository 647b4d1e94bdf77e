/** Groups of programs that run now; what ends this process in an orderly way ends them. */
const live = new Map<number, () => void>()
let isWatching = false

/** Signals every process of a group; nothing happens when there is none left. */
export function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  // 0 and 1 would mean our own group and every process.
  if (!Number.isSafeInteger(group) || group <= 1) return
  try {
    process.kill(-group, signal)
  } catch {
    // It is gone.
  }
}

/**
 * Takes a group down with this process until `forgetGroup`.
 *
 * @param clean what is left to do then, at once: the folder of the group is removed, say. Default: nothing
 */
export function watchGroup(group: number, clean: () => void = () => {}): void {
  live.set(group, clean)
  if (isWatching) return
  isWatching = true
  process.on('exit', () => {
    for (const [one, cleanOne] of live) {
      signalGroup(one, 'SIGKILL')
      cleanOne()
    }
  })
}

/** For a group that is gone: its number may soon be somebody else's. */
export function forgetGroup(group: number): void {
  live.delete(group)
}
