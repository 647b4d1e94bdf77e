import type { Assignment, Grant, Task, ToolUses } from '@bosun/core'
import { parseRule, printRule } from '@bosun/sdk'

type GrantTools = Grant['tools']

/** The rules of a run's policy, in their printed form. */
export interface RunRules {
  readonly allow?: readonly string[] | undefined
  readonly deny: readonly string[]
  /** @defaultValue none */
  readonly ask?: readonly string[] | undefined
}

/** The policy of a run that states none. */
export const NO_RULES: RunRules = { deny: [] }

/** How a resource says that it is a path pattern. */
const PATH = 'path:'

/**
 * Grants of the workers: a worker's tools, narrowed by the run's policy, the task's outputs and the
 * paths it uses.
 *
 * The tools of a worker are the same for all of its attempts in a run, so they are made once and
 * shared; the gateway recognises them by identity.
 */
export class GrantSource {
  readonly #byTools = new WeakMap<ToolUses, WeakMap<RunRules, GrantTools>>()

  grantFor(assignment: Assignment, tools: ToolUses, rules: RunRules, staging: string): Grant {
    const attempt = { run: assignment.run, task: assignment.task.id, epoch: assignment.epoch }
    const { outputs } = assignment.task
    const uses = pathsUsedBy(assignment.task)
    return {
      attempt,
      tools: this.#tools(tools, rules),
      staging,
      ...(outputs === undefined ? {} : { outputs }),
      ...(uses === undefined ? {} : { uses }),
    }
  }

  #tools(tools: ToolUses, rules: RunRules): GrantTools {
    const byRules = this.#byTools.get(tools) ?? new WeakMap<RunRules, GrantTools>()
    this.#byTools.set(tools, byRules)
    let granted = byRules.get(rules)
    if (granted === undefined) {
      granted = Object.fromEntries(
        Object.entries(tools).map(([name, use]) => {
          const within = rules.allow?.filter((rule) => parseRule(rule).tool === use.tool)
          const grant = { tool: use.tool, allow: [printRule(use)], deny: rules.deny, ask: rules.ask ?? [] }
          return [name, within === undefined ? grant : { ...grant, within }]
        }),
      )
      byRules.set(rules, granted)
    }
    return granted
  }
}

/** The path patterns among the resources of a task; undefined where it states none, and so narrows nothing. */
export function pathsUsedBy({ uses }: Task): Grant['uses'] {
  const paths = uses?.filter(({ resource }) => resource.startsWith(PATH)) ?? []
  if (paths.length === 0) return undefined
  const of = (wanted: 'read' | 'write') =>
    paths.filter(({ mode }) => mode === wanted).map(({ resource }) => resource.slice(PATH.length))
  return { read: of('read'), write: of('write') }
}
