import { ERROR_REGISTRY, type ErrorEntry, type ErrorRecord } from '@bosun/core'

/**
 * Why something ended, for a list that names the task and the code itself: the message of an error
 * without the place it begins with when that is the task, and without the advice of its code. What a
 * worker threw is said in its own words.
 */
export function reasonOf({ code, message }: Pick<ErrorRecord, 'code' | 'message'>, task: string): string {
  const entry = (ERROR_REGISTRY as Readonly<Record<string, ErrorEntry | undefined>>)[code]
  const placed = message.startsWith(`${task}: `) ? message.slice(task.length + 2) : message
  if (entry === undefined) return placed
  const advice = ` ${entry.fix}`
  const said = placed.endsWith(advice) ? placed.slice(0, -advice.length) : placed
  const opening = `${entry.summary.replace(/\.$/, '')} (received `
  const isThrown = code === 'WORKER_THREW' && said.startsWith(opening) && said.endsWith(').')
  return isThrown ? said.slice(opening.length, -2) : said
}
