import { BosunError, type Json, type WorkerContext } from '@bosun/core'
import { AttemptContext } from '../attempts/attempt-context.ts'

/** Longest name that is passed on; no tool has one that long. */
const NAME_LENGTH_MAX = 200

/**
 * Calls a tool by a name that somebody else chose, such as a model. It passes the gateway as every call
 * does: a name that the worker does not hold is denied there, and the denial is recorded.
 *
 * Use it where names come from outside; where the author writes them, `context.tools` is typed.
 *
 * @throws TOOL_DENIED, TOOL_INPUT_INVALID, ATTEMPT_DEAD, and what the tool itself reports
 * @example
 * for (const { name, input } of wanted) results.push(await callTool(context, name, input))
 */
export function callTool(context: WorkerContext<never>, name: string, input: unknown): Promise<Json> {
  const asked = name.slice(0, NAME_LENGTH_MAX)
  if (context instanceof AttemptContext) return AttemptContext.call(context, asked, input)
  const tools = context.tools as Readonly<Record<string, (input: unknown) => Promise<Json>>>
  // A context that a test made has no gateway that could deny.
  const own = Object.hasOwn(tools, asked) ? tools[asked] : undefined
  return own === undefined ? Promise.reject(new BosunError('TOOL_DENIED', { at: asked })) : own(input)
}
