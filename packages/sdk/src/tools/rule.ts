import { BosunError } from '@bosun/core'

/** A rule over tool calls: which tool, and how far it reaches. */
export interface Rule {
  readonly tool: string
  readonly specifier: string | undefined
}

const FORM = /^([a-z][a-z0-9]*(?:[.:_-][a-z0-9]+)*)(?:\((.+)\))?$/i
/** What nobody sees in a printed rule would make it another rule than the one that was read. */
const UNSEEN = /^\s|\s$|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * Reads a rule in its printed form: `files.write(site/**)` or `files.read`. Parentheses inside the
 * specifier have to be balanced, as in `files.read(app/(shop)/**)`, so that a rule has one end.
 *
 * @throws RULE_MALFORMED
 */
export function parseRule(text: string): Rule {
  const found = FORM.exec(text)
  const specifier = found?.[2]
  const isReadable = specifier === undefined || (isBalanced(specifier) && !UNSEEN.test(specifier))
  if (found?.[1] !== undefined && isReadable) return { tool: found[1], specifier }
  throw new BosunError('RULE_MALFORMED', { at: text, expected: 'tool.action or tool.action(specifier)' })
}

/** The form in which people write and read a rule. */
export function printRule(rule: { readonly tool: string; readonly specifier?: string | undefined }): string {
  return rule.specifier === undefined ? rule.tool : `${rule.tool}(${rule.specifier})`
}

function isBalanced(text: string): boolean {
  let depth = 0
  for (const char of text) {
    if (char === '(') depth += 1
    else if (char === ')' && --depth < 0) return false
  }
  return depth === 0
}
