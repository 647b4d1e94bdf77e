import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** Faults that a message names before it counts the rest. */
const NAMED_MAX = 3

/** What a schema found wrong, on one line: `name: Invalid input: expected string, received number; …`. */
export function shapeFault({ issues }: z.core.$ZodError): string {
  const found = issues.flatMap((issue) => branchOf(issue))
  const named = found.slice(0, NAMED_MAX).map(({ path, message }) => `${placeOf(path)}${message}`)
  const more = found.length - named.length
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

/** The first of what a schema found wrong: where, as it is written after a name (`.servers[0]`), and what. */
export function placedFault({ issues }: z.core.$ZodError): { readonly place: string; readonly message: string } {
  const [first] = issues.flatMap((issue) => branchOf(issue))
  const path = first?.path ?? []
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return { place, message: first?.message ?? 'another value' }
}

// ---------------------------------------------------------------------------------------------

/** Of a union that fits nowhere, the faults of the branch that fits furthest: the one that was meant. */
function branchOf(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const depth = (branch: readonly Issue[]) => Math.max(0, ...branch.map(({ path }) => path.length))
  const deepest = Math.max(0, ...issue.errors.map(depth))
  const meant = deepest === 0 ? undefined : issue.errors.find((branch) => depth(branch) === deepest)
  return meant?.flatMap((inner) => branchOf({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue]
}

function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return ''
  const parts = path.map((part, index) =>
    typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
  )
  return `${parts.join('')}: `
}
