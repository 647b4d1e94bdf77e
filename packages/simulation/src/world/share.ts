/** When the work comes to one of several parts that lie evenly within its time. */
export function share(durationMs: number, index: number, parts: number): number {
  return Math.floor((durationMs * (index + 1)) / (parts + 1))
}
