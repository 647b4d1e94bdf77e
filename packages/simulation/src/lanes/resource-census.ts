/** What holds a process open, by kind: timers, sockets, files. */
export type Resources = ReadonlyMap<string, number>

/** Kinds that come and go with the drain of the lanes itself, or with the output of the process. */
const OWN: ReadonlySet<string> = new Set(['Immediate', 'TTYWrap', 'PipeWrap', 'MessagePort'])

/** What holds this process open right now. */
export function activeResources(): Resources {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) {
    if (!OWN.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}

/**
 * What has been opened since `before` and is still open, as `2 Timeout, 1 TCPSocketWrap`: the trace of
 * code that got past every guard. Empty when nothing has. The platform does not count reads and writes
 * of files by promise.
 *
 * @example
 * const before = activeResources()
 * // … a campaign …
 * const leaked = newResources(before)
 * if (leaked !== '') console.warn(`still open: ${leaked}`)
 */
export function newResources(before: Resources): string {
  return [...activeResources()]
    .map(([kind, count]) => [kind, count - (before.get(kind) ?? 0)] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')
}
