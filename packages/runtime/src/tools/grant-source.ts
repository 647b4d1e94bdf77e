import type { Assignment, Grant, ToolUses } from '@bosun/core'
import { parseRule, printRule } from '@bosun/sdk'

type GrantTools = Grant['tools']

/**
 * Grants of the workers: a worker's tools, narrowed by the run's denials and the task's outputs.
 *
 * The tools of a worker are the same for all of its attempts in a run, so they are made once and
 * shared; the gateway recognises them by identity.
 */
export class GrantSource {
  readonly #byTools = new WeakMap<ToolUses, WeakMap<readonly string[], GrantTools>>()

  /** @param deny rules of the run's policy, in their printed form */
  grantFor(assignment: Assignment, tools: ToolUses, deny: readonly string[], staging: string): Grant {
    const attempt = { run: assignment.run, task: assignment.task.id, epoch: assignment.epoch }
    const outputs = assignment.task.outputs
    const granted = this.#tools(tools, deny)
    return outputs === undefined ? { attempt, tools: granted, staging } : { attempt, tools: granted, staging, outputs }
  }

  #tools(tools: ToolUses, deny: readonly string[]): GrantTools {
    const byDeny = this.#byTools.get(tools) ?? new WeakMap<readonly string[], GrantTools>()
    this.#byTools.set(tools, byDeny)
    let granted = byDeny.get(deny)
    if (granted === undefined) {
      granted = Object.fromEntries(
        Object.entries(tools).map(([name, use]) => [
          name,
          {
            tool: use.tool,
            allow: [printRule(use)],
            deny: deny.filter((rule) => parseRule(rule).tool === use.tool),
          },
        ]),
      )
      byDeny.set(deny, granted)
    }
    return granted
  }
}
