import { BosunError, type WorkerEntry } from '@bosun/core'
import type { AnyToolHandler } from '@bosun/sdk'
import { compileRule } from './compiled-rule.ts'

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

/**
 * Checks every rule before anything runs: those of the workers, and those that the run denies. A rule
 * that names nothing would grant nothing or, worse, deny nothing, and nobody would notice.
 *
 * @throws TOOL_UNKNOWN, RULE_MALFORMED
 */
export function checkRules(
  workers: Iterable<WorkerEntry>,
  handlers: ReadonlyMap<string, AnyToolHandler>,
  deny: readonly string[] = [],
): void {
  for (const worker of workers) for (const rule of worker.tools) located(`worker ${worker.name}`, rule, handlers)
  for (const rule of deny) located('policy.deny', rule, handlers)
}

function located(place: string, rule: string, handlers: ReadonlyMap<string, AnyToolHandler>): void {
  try {
    compileRule(rule, handlers)
  } catch (error) {
    if (!BosunError.is(error)) throw error
    throw new BosunError(error.code, {
      at: `${place}: ${rule}`,
      ...(error.expected === undefined ? {} : { expected: error.expected }),
      ...(error.received === undefined ? {} : { received: error.received }),
      cause: error,
    })
  }
}
