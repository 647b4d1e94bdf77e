/** The candidate that shares the longest beginning with a name, when that is most of it. */
export function closestOf(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let longest = Math.max(1, Math.floor(name.length / 2))
  for (const candidate of candidates) {
    let shared = 0
    while (shared < name.length && name[shared] === candidate[shared]) shared += 1
    if (shared > longest) {
      longest = shared
      best = candidate
    }
  }
  return best
}
