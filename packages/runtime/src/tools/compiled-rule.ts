import { BosunError } from '@bosun/core'
import { parseRule, pathGlob, printRule, type AnyToolHandler, type PathGlob } from '@bosun/sdk'

/** A rule that has been read and checked against the tool it names. */
export interface CompiledRule {
  readonly text: string
  readonly tool: string
  /** Absent: the rule covers every call of its tool. */
  readonly glob: PathGlob | undefined
  /** The same for folded names; denials match with it, so that no other spelling of a path passes them. */
  readonly foldedGlob: PathGlob | undefined
}

/**
 * Reads a rule.
 *
 * @throws RULE_MALFORMED for what cannot be read, and for a specifier that its tool does not take;
 * TOOL_UNKNOWN
 */
export function compileRule(text: string, handlers: ReadonlyMap<string, AnyToolHandler>): CompiledRule {
  const rule = parseRule(text)
  const handler = handlers.get(rule.tool)
  if (handler === undefined) {
    throw new BosunError('TOOL_UNKNOWN', {
      at: printRule(rule),
      expected: handlers.size === 0 ? 'no tool at all, since no plugin brings one' : [...handlers.keys()].join(', '),
      received: rule.tool,
    })
  }
  if (rule.specifier === undefined) return { text, tool: rule.tool, glob: undefined, foldedGlob: undefined }
  if (handler.declaration.paths === undefined) {
    throw new BosunError('RULE_MALFORMED', { at: text, expected: `${rule.tool}, which takes no specifier` })
  }
  return {
    text,
    tool: rule.tool,
    glob: pathGlob(rule.specifier),
    foldedGlob: pathGlob(foldName(rule.specifier)),
  }
}

/** A path in the form in which the most forgiving file system compares it. */
export function foldName(path: string): string {
  return path.normalize('NFKC').toLowerCase().replace(IGNORED_IN_NAMES, '')
}

/** Code points that some file systems leave out when they compare names. */
const IGNORED_IN_NAMES = /[\u200b-\u200f\u202a-\u202e\u2060\u206a-\u206f\ufeff]/g
