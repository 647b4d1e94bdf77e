/** `$NAME` for one node, `$$$NAME` for any number of them; a name that starts with `_` captures nothing. */
const VARIABLE = /\${1,3}([A-Z_][A-Z0-9_]*)/g

/** What the pattern captures, as it is written there. */
export function captures(pattern: string): ReadonlySet<string> {
  return new Set(Array.from(pattern.matchAll(VARIABLE), ([whole]) => whole).filter((name) => !/^\$+_/.test(name)))
}

/** The first variable of a rewrite that its pattern does not capture in the same form. */
export function uncaptured(pattern: string, rewrite: string): string | undefined {
  const known = captures(pattern)
  return Array.from(rewrite.matchAll(VARIABLE), ([whole]) => whole).find((name) => !known.has(name))
}

/** Whether a pattern is nothing but a variable, which would match every node there is. */
export function matchesAll(pattern: string): boolean {
  return pattern.trim().replace(VARIABLE, '') === ''
}

/** Fills the captured texts into a rewrite. */
export function fillIn(rewrite: string, textOf: (name: string, isMany: boolean) => string): string {
  return rewrite.replace(VARIABLE, (whole, name: string) => textOf(name, whole.startsWith('$$$')))
}
