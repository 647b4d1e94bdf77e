import {
  errorRecordOf,
  type ErrorRecord,
  type Json,
  type PlannerTools,
  type RunPolicy,
  type ToolGrant,
} from '@bosun/core'
import { parseRule, type AnyToolHandler } from '@bosun/sdk'
import type { Redactor } from '../secrets/redactor.ts'
import { isHostedTool } from './hosted-tool.ts'
import { RuleGateway } from './rule-gateway.ts'
import { schemaAsJson } from './schema-as-json.ts'

/** Where planners look. */
export interface ReadingPlaces {
  readonly handlers: ReadonlyMap<string, AnyToolHandler>
  readonly workspace: string
  readonly mounts: Readonly<Record<string, string>>
  /** Takes secrets out of what was read. @defaultValue none */
  readonly redactor?: Redactor | undefined
}

/** One planner call that may look around. */
export interface Looking {
  readonly run: string
  /** The request that it answers. */
  readonly request: string
  readonly policy: Pick<RunPolicy, 'allow' | 'deny'>
  readonly signal: AbortSignal
  /** Told of each call that was denied. */
  readonly onDenied: (error: ErrorRecord) => void
}

export type OpenPlannerTools = (looking: Looking) => PlannerTools

/**
 * What planners read with. The gateway holds no handler that could write: whatever a planner asks for, and
 * whatever rules allow, there is nothing behind it.
 */
export function readingTools({ handlers, workspace, mounts, redactor }: ReadingPlaces): OpenPlannerTools {
  const reading = new Map([...handlers].filter(([, handler]) => readsFiles(handler)))
  const list = Array.from(reading.values(), ({ declaration: { name, summary, input } }) => ({
    name,
    summary,
    input: schemaAsJson(input),
  }))
  return ({ run, request, policy, signal, onDenied }) => {
    const attempt = { run, task: request, epoch: 1 }
    const gateway = new RuleGateway({
      handlers: reading,
      workspace,
      mounts,
      report: (report) => {
        if (report.type !== 'denied') return
        const { tool: at, rule: expected, detail: received } = report
        onDenied(errorRecordOf('TOOL_DENIED', { at, expected, received }))
      },
    })
    const tools = Object.fromEntries(Array.from(reading.keys(), (tool) => [tool, grantOf(tool, policy, reading)]))
    // Nothing is staged by a planner, so there is no folder either.
    gateway.open({ attempt, tools, staging: '/dev/null/staging' })
    signal.addEventListener('abort', () => gateway.close(attempt), { once: true })
    const call = async (name: string, input: Json) => {
      try {
        const output = await gateway.call(attempt, name, input, signal)
        return redactor?.json(output) ?? output
      } catch (error) {
        throw redactor?.error(error) ?? error
      }
    }
    return { list, call }
  }
}

// ---------------------------------------------------------------------------------------------

function readsFiles(handler: AnyToolHandler): boolean {
  const { access, paths, isOfAttempt = false } = handler.declaration
  return access === 'read' && paths !== undefined && !isOfAttempt && !isHostedTool(handler)
}

/** The whole of a tool, within what the policy of the run allows. Rules of tools that do not read say nothing here. */
function grantOf(
  tool: string,
  { allow, deny }: Looking['policy'],
  reading: ReadonlyMap<string, AnyToolHandler>,
): ToolGrant {
  const known = (rules: readonly string[]) => rules.filter((rule) => reading.has(parseRule(rule).tool))
  const grant = { tool, allow: [tool], deny: known(deny) }
  if (allow === undefined) return grant
  return { ...grant, within: known(allow).filter((rule) => parseRule(rule).tool === tool) }
}
