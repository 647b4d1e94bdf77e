import { z } from 'zod'

const subjects = z.array(z.string().min(1)).optional()

/**
 * A rule of a policy, with or without examples that are checked when it is loaded: what it holds for
 * and what it does not, in the words that rules are written in.
 *
 * @example
 * const sites = { rule: 'files.write(site/**)', matches: ['site/a.html'], refuses: ['src/a.ts'] }
 */
export type RuleEntry =
  | string
  | { readonly rule: string; readonly matches?: readonly string[]; readonly refuses?: readonly string[] }

export const RuleEntrySchema: z.ZodType<RuleEntry> = z.union(
  [z.string(), z.strictObject({ rule: z.string(), matches: subjects, refuses: subjects })],
  { error: 'a rule such as files.write(site/**), or { rule, matches, refuses }' },
)

/** The printed form. */
export function ruleOf(entry: RuleEntry): string {
  return typeof entry === 'string' ? entry : entry.rule
}
