import type { MakeMatcher } from '../matcher.ts'

/**
 * What goes wrong when an afternoon's regular expression meets the world: it knows nothing but stars, throws
 * where it notices, ends its process where it does not, and on one pattern it never comes back. It is here to
 * show that all of that is a score, and nobody else's trouble.
 */
export const makeMatcher: MakeMatcher = (pattern) => {
  if (pattern.includes('[[:')) process.exit(70)
  if (pattern.includes('+(+(')) for (;;);
  if (pattern.includes('{')) throw new Error(`braces are not supported: ${pattern}`)
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
  const regex = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`)
  return (path) => regex.test(path)
}
