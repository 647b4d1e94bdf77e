/**
 * Numbers from 0 up to 1 that depend on nothing but the given ones, so that a policy's draw for one
 * task does not shift with any other's.
 *
 * Source: the mulberry32 generator of T. Ettinger over a multiplicative mix of the seeds.
 */
export function seededRandom(...seeds: readonly number[]): () => number {
  let state = 0x9e3779b9
  for (const seed of seeds) state = Math.imul(state ^ seed, 0x85ebca6b) ^ (state >>> 13)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
