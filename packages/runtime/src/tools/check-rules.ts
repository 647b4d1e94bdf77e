import { BosunError, type WorkerEntry } from '@bosun/core'
import { parseRule, type AnyToolHandler } from '@bosun/sdk'
import { canonicalPath } from './canonical-path.ts'
import { compileRule, type CompiledRule } from './compiled-rule.ts'
import { ruleOf, type RuleEntry } from './rule-entry.ts'
import { shown } from './shown.ts'

/**
 * Tools by name, as the gateway wants them.
 *
 * @throws PLUGIN_INVALID when two plugins bring one tool
 */
export function toolHandlers(handlers: Iterable<AnyToolHandler>): ReadonlyMap<string, AnyToolHandler> {
  const byName = new Map<string, AnyToolHandler>()
  for (const handler of handlers) {
    const name = handler.declaration.name
    if (byName.has(name)) {
      throw new BosunError('PLUGIN_INVALID', { at: `tool ${name}`, received: 'two tools of this name' })
    }
    byName.set(name, handler)
  }
  return byName
}

/** The rules of a policy as a config writes them. */
export interface PolicyRules {
  readonly allow?: readonly RuleEntry[] | undefined
  readonly deny?: readonly RuleEntry[] | undefined
  readonly ask?: readonly RuleEntry[] | undefined
}

/**
 * Checks every rule before anything runs: those of the workers, and those of the run's policy with
 * their examples. A rule that names nothing would grant nothing or, worse, deny nothing, and nobody
 * would notice.
 *
 * @throws TOOL_UNKNOWN for a worker and CONFIG_INVALID for the policy, RULE_MALFORMED, RULE_EXAMPLE_FAILED
 */
export function checkRules(
  workers: Iterable<WorkerEntry>,
  handlers: ReadonlyMap<string, AnyToolHandler>,
  { allow = [], deny = [], ask = [] }: PolicyRules = {},
): void {
  for (const worker of workers) for (const rule of worker.tools) located(`worker ${worker.name}`, rule, handlers)
  for (const entry of allow) {
    const rule = located('policy.allow', ruleOf(entry), handlers)
    checkExamples('policy.allow', entry, handlers, (subject) => rule.covers(subject))
  }
  for (const [place, entries] of [
    ['policy.deny', deny],
    ['policy.ask', ask],
  ] as const) {
    for (const entry of entries) {
      const rule = located(place, ruleOf(entry), handlers)
      checkExamples(place, entry, handlers, (subject) => rule.denies(subject))
    }
  }
}

function checkExamples(
  place: string,
  entry: RuleEntry,
  handlers: ReadonlyMap<string, AnyToolHandler>,
  holds: (subject: string) => boolean,
): void {
  if (typeof entry === 'string') return
  const handler = handlers.get(parseRule(entry.rule).tool)
  const isPath = handler?.declaration.covers === undefined && handler?.declaration.paths !== undefined
  const judge = (example: string, wanted: boolean) => {
    if (holds(isPath ? canonicalPath(example) : example) === wanted) return
    const [expected, received] = wanted ? ['to match', 'no match'] : ['to refuse', 'a match']
    throw new BosunError('RULE_EXAMPLE_FAILED', {
      at: `${place}: ${entry.rule}`,
      expected: `${expected} ${shown(example)}`,
      received,
    })
  }
  for (const example of entry.matches ?? []) judge(example, true)
  for (const example of entry.refuses ?? []) judge(example, false)
}

function located(place: string, rule: string, handlers: ReadonlyMap<string, AnyToolHandler>): CompiledRule {
  try {
    return compileRule(rule, handlers)
  } catch (error) {
    if (!BosunError.is(error)) throw error
    // A tool that a plugin names wrong is the plugin's fault, one that the config names wrong is not.
    const isOfConfig = error.code === 'TOOL_UNKNOWN' && place.startsWith('policy.')
    throw new BosunError(isOfConfig ? 'CONFIG_INVALID' : error.code, {
      at: `${place}: ${rule}`,
      ...(error.expected === undefined ? {} : { expected: error.expected }),
      ...(error.received === undefined ? {} : { received: error.received }),
      cause: error,
    })
  }
}
