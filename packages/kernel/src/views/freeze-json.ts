/**
 * Freezes a value that was made of JSON, all the way down, and returns it. What leaves the kernel by
 * the view or by a message is shared with the state, so it is frozen on its way out; a value that is
 * frozen already is taken to be so throughout.
 */
export function freezeJson<T>(value: T): T {
  if (!isOpen(value)) return value
  const pending: object[] = [value]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    Object.freeze(next)
    for (const part of Object.values(next) as unknown[]) if (isOpen(part)) pending.push(part)
  }
  return value
}

function isOpen(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Object.isFrozen(value)
}
