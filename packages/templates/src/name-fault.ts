const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
const LENGTH_MAX = 50

/** Names that the files beside it, or the packages that it imports, go by. */
const TAKEN = new Set(['index', 'bosun', 'zod', 'vitest', 'typescript', 'node-modules'])

/** The form of names, for messages. */
export const NAME_EXPECTED = `lower-case letters, digits and dashes, a letter first, at most ${LENGTH_MAX} of them`

/** What is wrong with a name for something new; `undefined` for one that will do. */
export function nameFault(name: string): string | undefined {
  if (!NAME.test(name) || name.length > LENGTH_MAX) return `${JSON.stringify(name)} is not of ${NAME_EXPECTED}`
  return TAKEN.has(name) ? `${JSON.stringify(name)} goes by something else already` : undefined
}
