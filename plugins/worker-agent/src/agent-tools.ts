import { BosunError, callTool, type Json, type ToolUses, type WorkerContext } from '@bosun/sdk'
import { jsonSchema, NoSuchToolError, tool, type ToolCallRepairFunction, type ToolSet } from 'ai'
import { z } from 'zod'

/**
 * The tools of a worker as its model sees them: named by their keys, described by their declarations,
 * and each call made through the gateway.
 *
 * @param at the worker, for messages
 * @throws PLUGIN_INVALID for a tool without a declaration, of which a model could be told nothing
 */
export function describeTools(uses: ToolUses, at: string): (context: WorkerContext<never>) => ToolSet {
  const described = Object.entries(uses).map(([name, { declaration, specifier, tool: declared }]) => {
    if (declaration === undefined) {
      throw new BosunError('PLUGIN_INVALID', {
        at: `${at}: tools.${name}`,
        expected: 'a tool with its declaration, as declareTool and defineTool return it',
        received: `the name ${declared} alone`,
      })
    }
    const reach = specifier === undefined ? '' : ` Reaches: ${specifier}`
    return { name, description: `${declaration.summary}${reach}`, inputSchema: inputSchema(declaration.input) }
  })
  return (context) =>
    Object.fromEntries(
      described.map(({ name, ...about }) => [
        name,
        tool({ ...about, execute: (input) => toldOrOutput(callTool(context, name, input)) }),
      ]),
    )
}

/**
 * Takes a call of a tool that the worker does not hold to the gateway, which denies and records it. There
 * is nothing to repair: the model is told that there is no such tool.
 */
export function recordUnknown(context: WorkerContext<never>): ToolCallRepairFunction<ToolSet> {
  return async ({ toolCall, error }) => {
    if (NoSuchToolError.isInstance(error)) await toldOrOutput(callTool(context, toolCall.toolName, null))
    return null
  }
}

// ---------------------------------------------------------------------------------------------

/** Arguments are checked here, so that the model hears at once; the gateway gets them as they were and checks again. */
function inputSchema(schema: z.ZodType) {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input', target: 'draft-7' })
  return jsonSchema<unknown>(json as never, {
    validate: (value) => {
      const parsed = schema.safeParse(value)
      return parsed.success ? { success: true, value } : { success: false, error: parsed.error }
    },
  })
}

/** What a call was refused with, as the model reads it: a code, and why. */
class Refusal extends Error {
  constructor({ code, message }: BosunError) {
    super(JSON.stringify({ error: code, reason: message }))
  }

  override toString(): string {
    return this.message
  }
}

async function toldOrOutput(call: Promise<Json>): Promise<Json> {
  try {
    return await call
  } catch (error) {
    throw new Refusal(BosunError.from(error, 'TOOL_FAILED'))
  }
}
