const SUFFIX = '~twin'

/** The id of the task that does the work of another one beside it, because that takes so long: `a~twin`. */
export function twinId(id: string): string {
  return id + SUFFIX
}

/** The id of the task that a twin stands beside; `undefined` for a task that is none. */
export function hedgedId(id: string): string | undefined {
  return id.endsWith(SUFFIX) ? id.slice(0, -SUFFIX.length) : undefined
}

/** `run/task`: the same for every attempt of a task and for its twin, so that what is keyed by it is done once. */
export function idempotencyKey(run: string, task: string): string {
  return `${run}/${hedgedId(task) ?? task}`
}
