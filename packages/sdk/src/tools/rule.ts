import { BosunError } from '@bosun/core'

/** A rule over tool calls: which tool, and how far it reaches. */
export interface Rule {
  readonly tool: string
  readonly specifier: string | undefined
}

const FORM = /^([a-z][a-z0-9]*(?:[.:_-][a-z0-9]+)*)(?:\(([^()]*)\))?$/i

/**
 * Reads a rule in its printed form: `files.write(site/**)` or `files.read`.
 *
 * @throws RULE_MALFORMED
 */
export function parseRule(text: string): Rule {
  const found = FORM.exec(text)
  if (found?.[1] === undefined || found[2] === '') {
    throw new BosunError('RULE_MALFORMED', { at: text, expected: 'tool.action or tool.action(specifier)' })
  }
  return { tool: found[1], specifier: found[2] }
}

/** The form in which people write and read a rule. */
export function printRule(rule: { readonly tool: string; readonly specifier?: string | undefined }): string {
  return rule.specifier === undefined ? rule.tool : `${rule.tool}(${rule.specifier})`
}
