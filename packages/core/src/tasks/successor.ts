/** The id under which a task is tried again after its end: `a`, then `a~2`, then `a~3`. */
export function successorId(id: string): string {
  const { base, generation } = partsOf(id)
  return `${base}~${generation + 1}`
}

/** The id that a successor stands in for; `undefined` for a task that is none. */
export function predecessorId(id: string): string | undefined {
  // Nearly no id has one, and looking from the front is far faster.
  if (!id.includes('~')) return undefined
  const { base, generation } = partsOf(id)
  if (generation < 2) return undefined
  return generation === 2 ? base : `${base}~${generation - 1}`
}

/** The id of the task that it was at first: `a` for `a`, `a~2` and `a~3`. */
export function originalId(id: string): string {
  return id.includes('~') ? partsOf(id).base : id
}

function partsOf(id: string): { readonly base: string; readonly generation: number } {
  const found = /^(.+)~(\d+)$/.exec(id)
  return found === null ? { base: id, generation: 1 } : { base: found[1] as string, generation: Number(found[2]) }
}
