import { BosunError } from '@bosun/core'
import { parseRule, pathGlob, printRule, type AnyToolHandler, type SpecifierMatcher } from '@bosun/sdk'

/** A rule that has been read and checked against the tool it names. */
export interface CompiledRule {
  readonly text: string
  readonly tool: string
  /** Whether it covers whatever its tool is called with. */
  readonly isWhole: boolean
  /** Whether it allows what a call names. */
  covers(subject: string): boolean
  /** Whether, as a denial, it holds for what a call names, in any spelling. */
  denies(subject: string): boolean
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
  const { tool, specifier } = rule
  if (specifier === undefined) return { text, tool, isWhole: true, covers: () => true, denies: () => true }
  const matcher = matcherOf(handler)
  if (matcher === undefined) {
    throw new BosunError('RULE_MALFORMED', { at: text, expected: `${tool}, which takes no specifier` })
  }
  const fold = (subject: string) => matcher.fold?.(subject) ?? foldName(subject)
  const covers = matcher.compile(specifier)
  const coversFolded = matcher.compile(fold(specifier))
  const denies = (subject: string) => covers(subject) || coversFolded(fold(subject))
  return { text, tool, isWhole: false, covers, denies }
}

/** A name in the form in which the most forgiving file system compares it. */
export function foldName(path: string): string {
  return path.normalize('NFKC').toLowerCase().replace(IGNORED_IN_NAMES, '')
}

/** Code points that some file systems leave out when they compare names. */
const IGNORED_IN_NAMES = /[\u200b-\u200f\u202a-\u202e\u2060\u206a-\u206f\ufeff]/g

const PATHS: Pick<SpecifierMatcher, 'compile' | 'fold'> = {
  compile(specifier) {
    const glob = pathGlob(specifier)
    return (path) => glob.matches(path)
  },
}

function matcherOf({ declaration }: AnyToolHandler): Pick<SpecifierMatcher, 'compile' | 'fold'> | undefined {
  return declaration.covers ?? (declaration.paths === undefined ? undefined : PATHS)
}
