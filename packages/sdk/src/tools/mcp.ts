import { BosunError, type Json } from '@bosun/core'
import { z } from 'zod'
import type { Schema } from '../schemas/as-zod.ts'
import { declareTool, type Tool } from './define-tool.ts'

/** What a server may be called in a config, and so in rules. */
const SERVER = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
/** What the protocol calls a name of a tool. Nothing that looks like something else, nothing that nobody sees. */
const TOOL = /^[A-Za-z0-9_./-]{1,128}$/
/** A name that a rule can hold as it is. */
const IN_RULES = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/i

const McpOutputSchema = z.strictObject({
  /** All texts of the answer, one per line. */
  text: z.string(),
  /** What a tool with an output schema answers. */
  structured: z.json().optional(),
  attachments: z.array(
    z.strictObject({
      kind: z.enum(['image', 'audio', 'resource', 'link']),
      uri: z.string().optional(),
      mimeType: z.string().optional(),
      text: z.string().optional(),
      base64: z.string().optional(),
    }),
  ),
  /** The answer was larger than the plugin is configured to take: the end of it is missing. */
  truncated: z.boolean(),
})

/** What a tool of an MCP server answers. */
export type McpOutput = z.infer<typeof McpOutputSchema>

/** What an author knows of a tool that Bosun itself has never seen. */
export interface McpToolOptions<I> {
  /** What a model is told that it does. The texts of servers are not shown to models. @defaultValue its name */
  readonly summary?: string
  /** What it takes, for types and for models; calls are checked by the schema of the server. @defaultValue any object */
  readonly input?: Schema<unknown, I>
}

/**
 * Names the tools of an MCP server, as the config of the plugin `@bosun/tools-mcp` calls that server. They
 * take no specifier, and since they reach beyond the files of the attempt, a worker that holds one and says
 * nothing else is not repeated by itself (`effects: 'once'`).
 *
 * Errors of calls: MCP_CHANGED (the server offers other tools than those that were approved), MCP_FAILED (it
 * did not answer), TOOL_FAILED (it says that the tool failed), TOOL_INPUT_INVALID.
 *
 * @throws NAME_INVALID
 * @example
 * defineWorker({ tools: { find: mcp('tracker').tool('search_issues') },
 *   run: async (_, { tools }) => (await tools.find({ query: 'crash' })).text, … })
 */
export function mcp(server: string) {
  return {
    tool<I = Readonly<Record<string, Json>>>(
      tool: string,
      { summary = tool, input = z.record(z.string(), z.json()) as Schema<unknown, I> }: McpToolOptions<I> = {},
    ): Tool<unknown, McpOutput, I> {
      const name = mcpToolName(server, tool)
      return declareTool({ name, summary, access: 'effect', input, output: McpOutputSchema })
    },
  }
}

/**
 * What a tool of an MCP server is called in rules: `mcp.SERVER.TOOL`, one name for each. A tool whose own
 * name no rule can hold (`_list`, `a//b`) is called by the bytes of that name: `mcp.files.hex:5f6c697374`.
 *
 * @throws NAME_INVALID for names with other characters than letters, digits and `_`, `.`, `-`, `/`
 */
export function mcpToolName(server: string, tool: string): string {
  check(server, SERVER, 'the name of a server in the config: lower-case letters, digits and single dashes')
  check(tool, TOOL, 'the name of an MCP tool: 1 to 128 letters, digits and _ . - /')
  // No name holds a colon, so this one is nobody else's.
  return `mcp.${server}.${IN_RULES.test(tool) ? tool : `hex:${Buffer.from(tool).toString('hex')}`}`
}

// Private

function check(name: string, pattern: RegExp, expected: string): void {
  if (pattern.test(name)) return
  const fix = 'Use a name that the protocol allows, and that everybody reads as it is.'
  throw new BosunError('NAME_INVALID', { at: 'MCP', expected, received: JSON.stringify(name.slice(0, 128)), fix })
}
